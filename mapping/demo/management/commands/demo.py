"""`manage.py demo`: the four demo cities, real and ready to be looked at."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from layers.importers.errors import LayerImportError
from mapping.accounts.models import Organisation
from mapping.demo.definitions import CITIES, City, read_city
from mapping.demo.loading import Loaded, is_loaded, load_city
from mapping.demo.signins import are_known, make_staff, signins_file
from mapping.projects.opening import AreaError


class Command(BaseCommand):
    """Loads what isn't loaded yet; a second run finds everything in place."""

    help = "Load the demo cities (Yaizu, Washington DC, Fukui, Hino) unless they are loaded"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which cities, and which of them anew."""
        parser.add_argument(
            "cities", nargs="*", metavar="CITY", help=f"only these: {', '.join(CITIES)}"
        )
        parser.add_argument(
            "--reload",
            metavar="CITY|all",
            default="",
            help="load a city anew; deletes what was said in it since",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and print what came in counts."""
        again = options["reload"]
        wanted = options["cities"] or ([again] if again not in ("", "all") else list(CITIES))
        unknown = sorted({*wanted, again} - {*CITIES, "", "all"})
        if unknown:
            raise CommandError(
                _("デモに %(names)s はありません。あるのは %(known)s です。")
                % {"names": ", ".join(unknown), "known": ", ".join(CITIES)}
            )
        for city in map(read_city, wanted):
            self._load(city, anew=again in ("all", city.name))
        self.stdout.write(_("職員のサインイン：%(path)s") % {"path": signins_file()})

    def _load(self, city: City, anew: bool) -> None:
        name = city.organisation["name"]["ja"]
        if is_loaded(city) and not anew:
            if not are_known(city):
                make_staff(city, Organisation.objects.get(code=city.organisation["code"]))
            self.stdout.write(_("%(name)s：読み込みずみ") % {"name": name})
            return
        self.stdout.write(_("%(name)s を読み込んでいます") % {"name": name})
        try:
            loaded = load_city(city, self.stdout.write)
        except (LayerImportError, AreaError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_summary(name, loaded))


def _summary(name: str, loaded: Loaded) -> str:
    return _(
        "%(name)s：声%(voices)d件、返信%(replies)d件、共感%(supports)d件、レイヤ%(layers)d（地物%(features)d件）、%(seconds).1f秒"
    ) % {
        "name": name,
        "voices": loaded.written.voices,
        "replies": loaded.written.replies,
        "supports": loaded.written.supports,
        "layers": loaded.layers,
        "features": loaded.features,
        "seconds": loaded.seconds,
    }
