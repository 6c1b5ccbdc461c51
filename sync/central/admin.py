"""The administrator's pages: people and their roles, stations, logins, records and their history."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from citymanager.schema import Module, Values
from citymanager.values import problems
from sync.central.models import Answered, History, Profile, Record, Station, Token
from sync.central.registers import registers
from sync.central.witness import shown, sign

admin.site.site_header = "АРМ «Ситименеджер»: центральный сервер"
admin.site.site_title = "Центральный сервер"
admin.site.index_title = "Управление"


def _organisations() -> list[tuple[str, str]]:
    found = Record.objects.filter(module="organisations", deleted=False).values_list("id", "data__name")
    return [("", "—"), *sorted(((ident, name or ident) for ident, name in found), key=lambda one: str(one[1]))]


class ProfileForm(forms.ModelForm):
    """An organisation is chosen among the city's records."""

    organisation = forms.ChoiceField(label="Организация", required=False, choices=_organisations)


class ProfileInline(admin.StackedInline):
    """The role stands on the user's own page."""

    model = Profile
    form = ProfileForm
    can_delete = False
    verbose_name_plural = "Роль в городе"


admin.site.unregister((User, Group))


@admin.register(User)
class CityUserAdmin(UserAdmin):
    """Users of the city: what they may do follows from their role, not from Django's permissions."""

    inlines = (ProfileInline,)
    list_display = ("username", "last_name", "first_name", "profile", "is_active")
    list_filter = ("is_active", "profile__role")
    fieldsets = (
        (None, {"fields": ("username", "password", "last_name", "first_name", "email")}),
        ("Доступ", {"fields": ("is_active", "is_staff", "is_superuser")}),
    )

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> Sequence[Any]:
        return self.inlines if obj else ()


class ReadOnlyAdmin(admin.ModelAdmin):
    """Shown, never edited."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Station)
class StationAdmin(admin.ModelAdmin):
    """Installations; the name says where one stands."""

    list_display = ("label", "name", "first", "last")
    readonly_fields = ("uuid", "first", "last")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description="блок номеров", ordering="block")
    def label(self, station: Station) -> str:
        return station.label


@admin.register(Token)
class TokenAdmin(ReadOnlyAdmin):
    """Who is logged in where; an administrator revokes, and the next request of the station is refused."""

    list_display = ("user", "station", "created", "revoked")
    list_filter = ("revoked",)
    actions = ("revoke",)

    @admin.action(description="Отозвать выбранные входы")
    def revoke(self, request: HttpRequest, chosen: Any) -> None:
        chosen.update(revoked=True)


class RecordForm(forms.ModelForm):
    """A record's data as JSON, held to the module's declaration."""

    def clean_data(self) -> Any:
        data = self.cleaned_data["data"]
        module = registers().get(self.instance.module)
        faults = _faults(module, self.instance.data, data) if module else ["Такого раздела нет."]
        if faults:
            raise forms.ValidationError(faults)
        return data


def _faults(module: Module, before: Values, after: Any) -> list[str]:
    """Why the data can't be; an administrator may set any status, but not against the module's rules."""
    if not isinstance(after, dict):
        return ["Нужен объект JSON."]
    now = datetime.now(UTC)
    return problems(module, after) or [text for rule in module.rules if (text := rule.check(before, after, now))]


@admin.register(Record)
class RecordAdmin(admin.ModelAdmin):
    """Any record; a change here enters the feed like any other."""

    form = RecordForm
    list_display = ("id", "module", "version", "deleted", "by", "at")
    list_filter = ("module", "deleted")
    search_fields = ("id", "data")
    fields = ("module", "id", "deleted", "data", "version", "by", "at")
    readonly_fields = ("module", "id", "version", "by", "at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def change_view(self, request: HttpRequest, object_id: str, *rest: Any, **more: Any) -> HttpResponse:
        found = self.get_object(request, object_id)
        if found is not None:
            shown(request, found.module, found.id, found.data)
        return super().change_view(request, object_id, *rest, **more)

    def save_model(self, request: HttpRequest, obj: Record, form: Any, change: bool) -> None:
        with transaction.atomic():
            sign(request)
            Record.objects.filter(row=obj.row).update(data=obj.data, deleted=obj.deleted)

    def delete_model(self, request: HttpRequest, obj: Record) -> None:
        self.delete_queryset(request, Record.objects.filter(row=obj.row))

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        with transaction.atomic():
            sign(request)
            queryset.update(deleted=True)


@admin.register(History)
class HistoryAdmin(ReadOnlyAdmin):
    """Who changed what and when."""

    list_display = ("seq", "module", "id", "version", "deleted", "by", "at")
    list_filter = ("module",)
    search_fields = ("id",)

    def change_view(self, request: HttpRequest, object_id: str, *rest: Any, **more: Any) -> HttpResponse:
        found = self.get_object(request, object_id)
        if found is not None:
            shown(request, found.module, found.id, found.set)
        return super().change_view(request, object_id, *rest, **more)


RESULTS = {"conflict": "конфликт", "refused": "отказано", "accepted": "вошла не вся"}


@admin.register(Answered)
class AnsweredAdmin(ReadOnlyAdmin):
    """The other side of every conflict, and what was refused: here it outlives the station that it waits on."""

    list_display = ("at", "login", "result", "__str__", "reason")
    search_fields = ("op", "login", "operation")
    fields = ("op", "login", "at", "result", "reason", "operation", "verdict")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).filter(operation__isnull=False)

    @admin.display(description="что ответил сервер")
    def result(self, kept: Answered) -> str:
        return RESULTS[kept.verdict["result"]]

    @admin.display(description="почему")
    def reason(self, kept: Answered) -> str:
        module = registers().get(kept.operation["module"])
        met = kept.verdict.get("fields", [])
        titles = [module.field(key).title if module and key in module.columns else key for key in met]
        return str(kept.verdict.get("reason") or ", ".join(titles))

    def change_view(self, request: HttpRequest, object_id: str, *rest: Any, **more: Any) -> HttpResponse:
        found = self.get_object(request, object_id)
        if found is not None:
            current = found.verdict.get("current", {}).get("data", {})
            shown(request, found.operation["module"], found.operation["id"], {**current, **found.operation["set"]})
        return super().change_view(request, object_id, *rest, **more)
