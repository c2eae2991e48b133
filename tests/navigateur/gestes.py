"""How a person acts on a page: with a mouse, or with the keyboard alone."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, TimeoutError, expect

TABULATIONS = 250
ESSAIS = 4


class Souris:
    """Click and type; the same gestures work without JavaScript."""

    def __init__(self, page: Page, *, inspecteur: Page | None = None) -> None:
        """`inspecteur` is a second page, with JavaScript, when the first goes without."""
        self.page = page
        self.inspecteur = inspecteur
        self.javascript = inspecteur is None

    def cliquer(self, role: str, nom: str) -> None:
        """Follow a link or press a button that leads to another page."""
        with self.page.expect_navigation():
            self.activer(role, nom)

    def activer(self, role: str, nom: str) -> None:
        self._trouver(role, nom).click()

    def deplier(self, nom: str) -> None:
        self._resume(nom).click()

    def remplir(self, libelle: str, texte: str) -> None:
        self._champ(libelle).fill(texte)

    def cocher(self, libelle: str) -> None:
        self.page.locator("label:visible", has_text=libelle).first.click(
            position={"x": 12, "y": 12}
        )

    def choisir(self, libelle: str, option: str) -> None:
        self._champ(libelle).select_option(label=option)

    def joindre(self, identifiant: str, fichiers: list[Path]) -> None:
        self.page.locator(f"#{identifiant}").set_input_files(fichiers)
        if not self.javascript:
            self.cliquer("button", "Ajouter les fichiers choisis")

    def _champ(self, libelle: str) -> Locator:
        champs = self.page.get_by_label(re.compile(rf"^\s*{re.escape(libelle)}"))
        return champs.locator("visible=true").first

    def _trouver(self, role: str, nom: str) -> Locator:
        return self.page.get_by_role(role, name=nom).last  # type: ignore[arg-type]

    def _resume(self, nom: str) -> Locator:
        return self.page.locator("summary", has_text=nom).first


class Clavier(Souris):
    """Tab, Space, Enter, arrows and letters; never a pointer."""

    def activer(self, role: str, nom: str) -> None:
        self._atteindre(self._trouver(role, nom))
        self.page.keyboard.press("Enter")

    def deplier(self, nom: str) -> None:
        self._atteindre(self._resume(nom))
        self.page.keyboard.press("Enter")

    def remplir(self, libelle: str, texte: str) -> None:
        self._atteindre(self._champ(libelle))
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(texte)

    def cocher(self, libelle: str) -> None:
        case = self.page.get_by_label(libelle).locator("visible=true").first
        if case.get_attribute("type") == "radio":
            self._atteindre_groupe(case)
        else:
            self._atteindre(case)
            self.page.keyboard.press("Space")
        assert case.is_checked(), libelle

    def choisir(self, libelle: str, option: str) -> None:
        """The first letters choose; a space would open the list."""
        liste = self._champ(libelle)
        self._atteindre(liste)
        self.page.keyboard.type(option.split(maxsplit=1)[0])
        expect(liste.locator("option:checked")).to_have_text(option)

    def joindre(self, identifiant: str, fichiers: list[Path]) -> None:
        """Chromium swallows the key when the page is being redrawn: a person presses again."""
        champ = self.page.locator(f"#{identifiant}")
        for _ in range(ESSAIS):
            self._atteindre(champ)
            try:
                with self.page.expect_file_chooser(timeout=5000) as selecteur:
                    self.page.keyboard.press("Space")
            except TimeoutError:
                continue
            selecteur.value.set_files(fichiers)
            return
        raise AssertionError("the file chooser never opens")

    def _atteindre(self, cible: Locator) -> None:
        self._tabuler(lambda: cible.evaluate("e => e === document.activeElement"), str(cible))

    def _atteindre_groupe(self, radio: Locator) -> None:
        """A group of radio buttons is one stop; arrows move inside it."""
        dans_le_groupe = "e => document.activeElement.name === e.name"
        self._tabuler(lambda: radio.evaluate(dans_le_groupe), str(radio))
        self.page.keyboard.press("Space")
        for _ in range(TABULATIONS):
            if radio.is_checked():
                return
            self.page.keyboard.press("ArrowDown")

    def _tabuler(self, arrive: Callable[[], bool], quoi: str) -> None:
        for _ in range(TABULATIONS):
            if arrive():
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard never reaches {quoi}")
