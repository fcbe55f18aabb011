"""People and organisations: who asks, who works there, who speaks."""

import hashlib
import hmac
import secrets

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.gis.db import models
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mapping.accounts.texts import in_language, validate_texts


def check_digit(code: str) -> int:
    """Check digit of a 全国地方公共団体コード from its first five digits.

    Weights 6 5 4 3 2; the last digit of `11 - (sum mod 11)`, as the Ministry of Internal Affairs
    and Communications defines it.
    """
    total = sum(
        int(digit) * weight for digit, weight in zip(code[:5], (6, 5, 4, 3, 2), strict=True)
    )
    return (11 - total % 11) % 10


def validate_organisation_code(code: str) -> None:
    """Six digits must carry a right check digit; other codes are slugs (abroad, companies).

    Raises:
        ValidationError: the digits don't add up.
    """
    if code.isdigit() and (len(code) != 6 or int(code[5]) != check_digit(code)):
        raise ValidationError(
            _("団体コード %(code)s の検査数字が合いません。"), params={"code": code}
        )


class User(AbstractUser):
    """A person with an account: staff of an organisation, later also residents who want one."""

    email = models.EmailField(_("メールアドレス"), unique=True)
    display_name = models.CharField(_("表示名"), max_length=80, blank=True)

    def __str__(self) -> str:
        return self.display_name or self.email


class Organisation(models.Model):
    """A municipality, prefecture, ministry, company or group that asks on the map."""

    class Kind(models.TextChoices):
        """What kind of body it is."""

        MUNICIPALITY = "municipality", _("市区町村")
        PREFECTURE = "prefecture", _("都道府県")
        MINISTRY = "ministry", _("国の機関")
        COMPANY = "company", _("企業")
        GROUP = "group", _("団体")

    code = models.SlugField(
        max_length=40,
        unique=True,
        validators=[validate_organisation_code],
        help_text=_("地方公共団体は6桁の団体コード"),
    )
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.MUNICIPALITY)
    name = models.JSONField(validators=[validate_texts], help_text=_("言語ごとの名前"))
    language = models.CharField(max_length=10, default="ja")
    boundary = models.MultiPolygonField(srid=4326, null=True, blank=True)

    def __str__(self) -> str:
        return in_language(self.name, self.language)


class Role(models.TextChoices):
    """What a member may do for the organisation; each later one is not above the earlier."""

    VIEWER = "viewer", _("閲覧")
    MODERATOR = "moderator", _("投稿管理")
    PLANNER = "planner", _("計画")
    GIS = "gis", _("GIS")
    ADMIN = "admin", _("管理者")


class Membership(models.Model):
    """A person's tie to an organisation."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(max_length=20, choices=Role)

    class Meta:
        """One role for each person and organisation."""

        constraints = [
            models.UniqueConstraint(fields=["user", "organisation"], name="one_role_a_member")
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.organisation} · {self.role}"


def hash_key(key: str) -> str:
    """SHA-256 of a random key, hex: what is stored instead of device and manage keys.

    The keys carry 128 bits or more of randomness, so a plain hash can't be searched backwards.
    """
    return hashlib.sha256(key.encode()).hexdigest()


def new_key() -> str:
    """A fresh URL-safe key of 128 random bits (22 characters)."""
    return secrets.token_urlsafe(16)


PSEUDONYM_NAMES = (
    "うみねこ なみ みなと まつかぜ しおさい はまかぜ かもめ いそべ あさひ ゆうなぎ こかげ ひだまり"
    " せせらぎ たんぽぽ すみれ つばめ めじろ ひばり かわせみ ほたる とんぼ つくし わかば あおば"
    " もみじ いちょう くすのき さくら うめ ゆず みかん すだち"
).split()
# The same names for those who don't read Japanese letters.
PSEUDONYM_NAMES_LATIN = (
    "Umineko Nami Minato Matsukaze Shiosai Hamakaze Kamome Isobe Asahi Yunagi Kokage Hidamari"
    " Seseragi Tampopo Sumire Tsubame Mejiro Hibari Kawasemi Hotaru Tombo Tsukushi Wakaba Aoba"
    " Momiji Icho Kusunoki Sakura Ume Yuzu Mikan Sudachi"
).split()


class Participant(models.Model):
    """Who speaks without an account: known by the hash of a device key, never shown."""

    key_hash = models.CharField(max_length=64, unique=True, null=True, blank=True)
    user = models.OneToOneField(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="participant"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"participant {self.pk}"

    def pseudonym(self, project_id: int) -> str:
        """The public name in one project, e.g. 「うみねこ 12」.

        HMAC(secret, project, participant), so that nobody is followed across projects.
        """
        return pseudonym(project_id, self.pk)


def pseudonym(project_id: int, participant_id: int, language: str | None = None) -> str:
    """Public name of a participant in a project; the same for ever within the project.

    「うみねこ 12」 for those who read Japanese, "Umineko 12" for others; `language` is the active
    one unless told.
    """
    message = f"pseudonym:{project_id}:{participant_id}".encode()
    digest = hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).digest()
    number = int.from_bytes(digest[:8], "big")
    is_japanese = (language or get_language() or settings.LANGUAGE_CODE).startswith("ja")
    names = PSEUDONYM_NAMES if is_japanese else PSEUDONYM_NAMES_LATIN
    return f"{names[number % len(names)]} {number // 64 % 990 + 10}"


class RateWindow(models.Model):
    """How often one key (device or address, hashed) did one thing in one time window."""

    key = models.CharField(max_length=80)
    started_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        """Unique so that counting is one atomic upsert."""

        constraints = [
            models.UniqueConstraint(fields=["key", "started_at"], name="one_count_a_window")
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.started_at:%F %T} {self.count}"
