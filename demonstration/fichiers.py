"""True little files, made on the fly: those that the demonstration attaches, those to try."""

import io
from collections.abc import Callable
from functools import partial

from PIL import Image, ImageDraw

from portail.embarque.clamav import EICAR
from portail.fichiers import TAILLE_MAX

_OBJETS = (
    b"<< /Type /Catalog /Pages 2 0 R >>",
    b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
    b" /Resources << /Font << /F1 5 0 R >> >> >>",
)
_POLICE = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"


def pdf(*lignes: str, taille: int = 0) -> bytes:
    """A one-page PDF that shows these lines; exactly `taille` bytes when given."""
    document = _pdf(lignes, 0)
    manque = taille - len(document)
    while manque > 0 and len(document) != taille:
        document = _pdf(lignes, manque)
        manque += taille - len(document)
    return document


def _pdf(lignes: tuple[str, ...], blancs: int) -> bytes:
    """`blancs` spaces are added where readers ignore them, at the end of the page's drawing."""
    dessin = _dessin(lignes) + b" " * blancs
    page = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(dessin), dessin)
    sortie, positions = b"%PDF-1.4\n", []
    for numero, objet in enumerate((*_OBJETS, page, _POLICE), start=1):
        positions.append(len(sortie))
        sortie += b"%d 0 obj\n%s\nendobj\n" % (numero, objet)
    table = b"".join(b"%010d 00000 n \n" % position for position in positions)
    return sortie + (
        b"xref\n0 6\n0000000000 65535 f \n%strailer\n<< /Size 6 /Root 1 0 R >>\n"
        b"startxref\n%d\n%%%%EOF\n" % (table, len(sortie))
    )


def _dessin(lignes: tuple[str, ...]) -> bytes:
    texte = b"BT /F1 13 Tf 60 760 Td 22 TL"
    for ligne in lignes:
        octets = ligne.encode("cp1252", "replace")
        for signe in (b"\\", b"(", b")"):
            octets = octets.replace(signe, b"\\" + signe)
        texte += b" (" + octets + b") Tj T*"
    return texte + b" ET"


def image(format_pillow: str, texte: str) -> bytes:
    """A picture of a sheet of paper with one line written on it."""
    feuille = Image.new("RGB", (620, 420), (250, 249, 246))
    dessin = ImageDraw.Draw(feuille)
    dessin.rectangle((20, 20, 599, 399), outline=(90, 90, 90))
    dessin.text((48, 60), texte, fill=(40, 40, 40))
    for rang in range(9):
        dessin.line((48, 120 + 28 * rang, 560 - 37 * (rang % 3), 120 + 28 * rang), (190, 190, 190))
    sortie = io.BytesIO()
    feuille.save(sortie, format_pillow)
    return sortie.getvalue()


def csv(*lignes: str) -> bytes:
    return ("\r\n".join(lignes) + "\r\n").encode("utf-8-sig")


def consentement() -> bytes:
    return pdf(
        "Formulaire de recueil du consentement",
        "",
        "J’accepte que mes coordonnées soient transmises à ma caisse d’assurance maladie",
        "afin qu’elle me contacte et m’accompagne.",
        "",
        "Signature : (signé)",
        "",
        "Document fictif de démonstration",
    )


# What the requests of the demonstration carry, by file name.
PIECES: dict[str, Callable[[], bytes]] = {
    "consentement_signe.pdf": consentement,
    "justificatif_urgence.pdf": partial(
        pdf, "Attestation de besoin de soins", "", "Document fictif de démonstration"
    ),
    "attestation_droits.pdf": partial(
        pdf, "Attestation de droits", "", "Document fictif de démonstration"
    ),
    "formulaire_c2s.pdf": partial(
        pdf, "Demande de Complémentaire santé solidaire", "", "Document fictif de démonstration"
    ),
    "avis_imposition.pdf": partial(pdf, "Avis d’impôt", "", "Document fictif de démonstration"),
    "justificatif_domicile.png": partial(image, "PNG", "Justificatif de domicile (fictif)"),
    "piece_identite.jpeg": partial(image, "JPEG", "Pièce d'identité (fictive)"),
    "releve_ressources.csv": partial(
        csv, "mois;nature;montant", "janvier;salaire;812,40", "février;salaire;640,00"
    ),
}

# What a visitor may download to try the attachments (D-07): file name, what happens, content.
ESSAIS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "exemple.pdf": (
        "Un PDF d’une page : accepté.",
        partial(pdf, "Fichier d’exemple", "", "Document fictif de démonstration"),
    ),
    "photo.png": ("Une image : acceptée.", partial(image, "PNG", "Photo d'exemple (fictive)")),
    "limite-5-mo.pdf": (
        "Exactement 5 Mo (5 242 880 octets) : accepté, jusqu’à 8 par demande.",
        partial(pdf, "Fichier de 5 Mo exactement", taille=TAILLE_MAX),
    ),
    "trop-gros.pdf": (
        "Un octet de trop : refusé.",
        partial(pdf, "Fichier trop gros d’un octet", taille=TAILLE_MAX + 1),
    ),
    "deguise.pdf": (
        "Un texte renommé en PDF : refusé, le contenu ne correspond pas à l’extension.",
        lambda: b"Ceci n'est pas un PDF.\n",
    ),
    "eicar.csv": (
        "Le fichier de test des antivirus, inoffensif : accepté à l’envoi, puis refusé par "
        "l’antivirus.",
        lambda: bytes.fromhex(EICAR),
    ),
}
