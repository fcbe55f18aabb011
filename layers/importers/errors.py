"""What goes wrong in an import, said in one line that names the option to give."""


class LayerImportError(Exception):
    """The file can't be taken as it is.

    Attributes:
        message: one line for people, translated, naming the option that helps if one does.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
