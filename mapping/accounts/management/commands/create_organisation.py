"""`manage.py create_organisation CODE --name NAME`: who asks on the map."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from mapping.accounts.models import Organisation, check_digit
from mapping.accounts.municipalities import LocalGovernment, local_government


class Command(BaseCommand):
    """Makes one organisation; the outline of a Japanese local government comes with its code."""

    help = "Create an organisation: a six-digit 団体コード (checked) or any slug abroad"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """CODE, name, kind and language."""
        parser.add_argument("code", metavar="CODE", help="団体コード (six digits) or a slug")
        parser.add_argument("--name", required=True)
        parser.add_argument(
            "--kind", choices=Organisation.Kind.values, help="default: what the code says"
        )
        parser.add_argument("--language", default="ja", help="language of the name: ja, en, …")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, save, and say what was made."""
        code = options["code"]
        known = local_government(code)
        organisation = Organisation(
            code=code,
            kind=options["kind"] or _kind_of(known),
            name={options["language"]: options["name"]},
            language=options["language"],
            boundary=known.boundary if known else None,
        )
        _check(organisation)
        organisation.save()
        outline = (
            _("境界つき（%(name)s、およその形）") % {"name": known.name}
            if known
            else _("境界なし（create_project に --area FILE を指定してください）")
        )
        self.stdout.write(
            _("団体を1件つくりました：%(code)s %(name)s（%(kind)s）、%(outline)s")
            % {
                "code": code,
                "name": options["name"],
                "kind": organisation.get_kind_display(),
                "outline": outline,
            }
        )


def _kind_of(known: LocalGovernment | None) -> str:
    if known is None:
        return Organisation.Kind.GROUP
    return Organisation.Kind.PREFECTURE if known.is_prefecture else Organisation.Kind.MUNICIPALITY


def _check(organisation: Organisation) -> None:
    """Refuse what the model refuses, in one line; say the right digit of a wrong code."""
    try:
        organisation.full_clean()
    except ValidationError as error:
        reason = " ".join(error.messages)
        code = organisation.code
        if code.isdigit() and len(code) in (5, 6):
            reason += _("（正しくは %(code)s）") % {"code": f"{code[:5]}{check_digit(code)}"}
        raise CommandError(reason) from error
