"""Django's admin, for the national support alone: caisses, terms of use, announcements.

It has no page for a request, an account or the trace. One gate for all its pages: an active
superuser with its second factor; anybody else who is signed in is refused (403), and who is not
signs in through the portal's own page. It opens before the terms of use are accepted, since it
publishes the first ones. What is changed here goes to our trace, not to Django's log.
"""

from collections.abc import Callable, Iterable
from functools import update_wrapper
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.http import require_http_methods

from comptes import cgu, journal
from comptes.forms.support import FormulaireAnnonce, FormulaireCaisse
from comptes.middleware import avant_cgu
from comptes.models import Annonce, Caisse, Trace, VersionCGU
from comptes.views import connexion, exploitation
from comptes.views import support as pages

TRACES_MONTREES = 100


class SiteSupport(admin.AdminSite):
    site_title = "Espace Partenaires"
    site_header = "Espace Partenaires – support national"
    index_title = "Support national"
    index_template = "support/accueil.html"
    site_url = None
    enable_nav_sidebar = False
    final_catch_all_view = False

    def has_permission(self, request: HttpRequest) -> bool:
        compte: Any = request.user
        return compte.is_active and compte.is_superuser and compte.is_verified()

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        protegee = super().admin_view(view, cacheable)

        @require_http_methods(["GET", "HEAD", "POST"])
        def garder(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if not self.has_permission(request):
                raise PermissionDenied
            return protegee(request, *args, **kwargs)

        return update_wrapper(garder, view)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Django's pages that are of use here; the portal signs in and changes passwords."""
        pages: list[URLPattern | URLResolver] = [
            path("", self.admin_view(self.index), name="index"),
            path("jsi18n/", self.admin_view(self.i18n_javascript, True), name="jsi18n"),
            path("logout/", self.admin_view(self.logout), name="logout"),
            path("password_change/", self.admin_view(self.password_change), name="password_change"),
            *self._pages_exploitation(),
        ]
        for modele, page in self._registry.items():
            nom = f"{modele._meta.app_label}/{modele._meta.model_name}/"
            pages.append(path(nom, include(page.urls)))
        pages.append(path("<slug:app_label>/", self.admin_view(self.app_index), name="app_list"))
        _ouvrir_avant_les_cgu(pages)
        return pages

    def _pages_exploitation(self) -> list[URLPattern]:
        reessayer_un = self.admin_view(exploitation.reessayer_courriel)
        reessayer = self.admin_view(exploitation.reessayer_courriels)
        return [
            path("exploitation/", self.admin_view(exploitation.exploiter), name="exploitation"),
            path("exploitation/courriels/", reessayer, name="reessayer_courriels"),
            path("exploitation/courriels/<int:pk>/", reessayer_un, name="reessayer_courriel"),
        ]

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return connexion.se_deconnecter(request)

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("mot_de_passe")


class Page(admin.ModelAdmin):
    """Traced, and told by the trace; nothing is deleted unless a page says so.

    `titres` of the list, of a new row, of one that exists: Django's own are no French.
    """

    titres = ("", "", "")
    object_history_template = "support/historique.html"
    list_per_page = 50

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(request, {"title": self.titres[0]})

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        titre = {"title": self.titres[2 if object_id else 1]}
        return super().changeform_view(request, object_id, form_url, titre)

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> list[str]:
        return list(form.changed_data)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        _tracer(request, journal.Action.CREATION, obj)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:
        _tracer(request, journal.Action.CHANGEMENT, obj, champs=message)

    def log_deletions(self, request: HttpRequest, queryset: Iterable[Any]) -> None:
        for objet in queryset:
            _tracer(request, journal.Action.SUPPRESSION, objet)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        traces = Trace.objects.filter(objet=self.opts.model_name, cle=object_id)
        contexte = {"traces": traces.select_related("qui")[:TRACES_MONTREES]}
        return super().history_view(request, object_id, contexte)


class PageCaisse(Page):
    form = FormulaireCaisse
    titres = ("Caisses", "Ouvrir une caisse", "Caisse")
    change_form_template = "support/caisse.html"
    list_display = ("nom", "code", "departement")
    search_fields = ("nom", "code")
    ordering = ("nom",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The code is in addresses: it does not change."""
        return ("code",) if obj else ()

    def get_urls(self) -> list[Any]:
        vue = self.admin_site.admin_view(pages.inviter_admin)
        invitation = path("<int:pk>/administrateur/", vue, name="premier_admin")
        return [invitation, *super().get_urls()]


class PageVersion(Page):
    """Published at once, after a confirmation; then it never changes (H-05)."""

    titres = ("Versions des CGU", "Publier des CGU", "Version des CGU")
    list_display = ("numero", "publiee_le", "en_vigueur")
    ordering = ("-publiee_le",)

    @admin.display(description="en vigueur", boolean=True)
    def en_vigueur(self, version: VersionCGU) -> bool:
        return version == cgu.en_vigueur()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return pages.publier_cgu(request)


class PageAnnonce(Page):
    form = FormulaireAnnonce
    titres = ("Annonces", "Annoncer", "Annonce")
    list_display = ("titre", "debut", "fin")
    ordering = ("-debut",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)


def _ouvrir_avant_les_cgu(patterns: Iterable[URLPattern | URLResolver]) -> None:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            _ouvrir_avant_les_cgu(pattern.url_patterns)
        else:
            avant_cgu(pattern.callback)


def _tracer(request: HttpRequest, action: str, objet: Any, **details: Any) -> None:
    journal.tracer(request.user, action, objet, **details)  # type: ignore[arg-type]


site = SiteSupport(name="support")
site.register(Caisse, PageCaisse)
site.register(VersionCGU, PageVersion)
site.register(Annonce, PageAnnonce)
