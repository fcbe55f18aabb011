"""News that the rooms above may listen to; layers never import upward."""

from django.dispatch import Signal

#: Sent with `layer` (layers.models.Layer) inside the transaction of an import, once the new
#: features stand: what listeners write is committed with the layer or not at all, so that nobody
#: sees new districts without their counts. Features have new ids; what pointed at the old is gone.
layer_imported = Signal()
