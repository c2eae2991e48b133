"""The real clamd where it can speak, a fake one for what it rarely says."""

import io
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from portail import antivirus
from portail.antivirus import AnalyseIncomplete, AntivirusIndisponible, Verdict, analyser, repond
from tests.portail import echantillons

# The harmless test file that every antivirus knows, never whole in a source file.
EICAR = b"".join(
    (rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$", b"EICAR-STANDARD-", b"ANTIVIRUS-TEST-FILE!$H+H*")
)


@contextmanager
def _faux_clamd(reponse: bytes | None) -> Iterator[str]:
    """A daemon that reads one request to its end, then answers that (None: says nothing)."""
    with socket.create_server(("127.0.0.1", 0)) as serveur:
        fil = threading.Thread(target=_servir, args=(serveur, reponse))
        fil.start()
        yield f"tcp://127.0.0.1:{serveur.getsockname()[1]}"
        fil.join(10)


def _servir(serveur: socket.socket, reponse: bytes | None) -> None:
    client, _ = serveur.accept()
    with client:
        recu = b""
        while not recu.endswith((b"\0\0\0\0", b"PING\n")) and (bloc := client.recv(65_536)):
            recu += bloc
        if reponse is None:
            client.recv(1)
        else:
            client.sendall(reponse)


@pytest.mark.usefixtures("clamd")
class TestVraiClamd:
    def test_it_answers(self):
        assert repond() is True

    @pytest.mark.parametrize("extension", sorted(echantillons.tous()))
    def test_a_true_file_is_clean(self, extension):
        fichier = io.BytesIO(echantillons.tous()[extension])
        fichier.seek(3)
        assert analyser(fichier) == Verdict(sain=True, signature=None)
        assert fichier.tell() == 0

    def test_the_biggest_attachment_is_examined(self):
        assert analyser(io.BytesIO(echantillons.pdf(5_242_880))).sain is True

    @pytest.mark.parametrize(
        "infecte",
        [
            pytest.param(EICAR, id="alone"),
            pytest.param(echantillons.archive({"word/a.txt": EICAR}), id="in an archive"),
        ],
    )
    def test_the_test_virus_is_found_and_named(self, infecte):
        fichier = io.BytesIO(infecte)
        fichier.seek(20)
        verdict = analyser(fichier)
        assert verdict.sain is False
        assert "eicar" in verdict.signature.lower()
        assert fichier.tell() == 0

    def test_a_stream_longer_than_clamd_accepts_has_no_verdict(self):
        fichier = io.BytesIO(bytes(9_000_000))
        with pytest.raises(AntivirusIndisponible):
            analyser(fichier)
        assert fichier.tell() == 0

    def test_what_clamd_gives_up_examining_has_no_verdict(self):
        poupee = b"contenu"
        for rang in range(40):
            poupee = echantillons.archive({f"{rang}.zip": poupee})
        with pytest.raises(AnalyseIncomplete):
            analyser(io.BytesIO(poupee))


@pytest.mark.parametrize(
    "reponse",
    [
        b"",
        b"\n",
        b"stream: ERROR\n",
        b"stream: Can't allocate memory ERROR\n",
        b"stream: FOUND\n",
        b"stream: Eicar-Signature FOU",
        b"stream: not quite OK\n",
        b"autre: OK\n",
        b"OK\n",
        b"UNKNOWN COMMAND\n",
        b"stream: \xff\xfe OK\n",
        b"INSTREAM size limit exceeded. ERROR\n",
    ],
)
def test_an_unclear_answer_is_no_verdict(settings, reponse):
    with _faux_clamd(reponse) as settings.CLAMD, pytest.raises(AntivirusIndisponible):
        analyser(io.BytesIO(b"contenu"))


@pytest.mark.parametrize(
    "reponse",
    [
        b"INSTREAM size limit exceeded. ERROR\n",
        b"stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\n",
    ],
)
def test_a_size_limit_is_told_apart(settings, reponse):
    with _faux_clamd(reponse) as settings.CLAMD, pytest.raises(AnalyseIncomplete):
        analyser(io.BytesIO(b"contenu"))


@pytest.mark.parametrize(
    ("reponse", "verdict"),
    [
        (b"stream: OK\n", Verdict(sain=True)),
        (b"stream: Win.Test.EICAR_HDB-1 FOUND\n", Verdict(False, "Win.Test.EICAR_HDB-1")),
        (b"stream: Un nom: avec OK FOUND\n", Verdict(False, "Un nom: avec OK")),
    ],
)
def test_a_clear_answer_is_a_verdict(settings, reponse, verdict):
    with _faux_clamd(reponse) as settings.CLAMD:
        assert analyser(io.BytesIO(b"contenu")) == verdict


@pytest.mark.parametrize(
    ("reponse", "vivant"), [(b"PONG\n", True), (b"", False), (b"PANG\n", False)]
)
def test_only_a_pong_is_a_sign_of_life(settings, reponse, vivant):
    with _faux_clamd(reponse) as settings.CLAMD:
        assert repond() is vivant


def test_a_silent_clamd_is_given_up(settings, monkeypatch):
    monkeypatch.setattr(antivirus, "DELAI_ANALYSE", 0.2)
    monkeypatch.setattr(antivirus, "DELAI_PING", 0.2)
    with _faux_clamd(None) as settings.CLAMD, pytest.raises(AntivirusIndisponible):
        analyser(io.BytesIO(b"contenu"))
    with _faux_clamd(None) as settings.CLAMD:
        assert repond() is False


def test_a_clamd_whose_queue_is_full_is_given_up(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(antivirus, "DELAI_PING", 0.2)
    with socket.socket(socket.AF_UNIX) as serveur, socket.socket(socket.AF_UNIX) as premier:
        serveur.bind(str(tmp_path / "clamd.sock"))
        serveur.listen(0)
        premier.connect(str(tmp_path / "clamd.sock"))
        settings.CLAMD = f"unix://{tmp_path / 'clamd.sock'}"
        assert repond() is False


@pytest.mark.parametrize(
    "adresse",
    ["unix:///nulle/part/clamd.sock", "tcp://127.0.0.1:1", "tcp://nulle-part.invalid:3310"],
)
def test_an_absent_clamd_is_no_verdict(settings, adresse):
    settings.CLAMD = adresse
    fichier = io.BytesIO(b"contenu")
    fichier.seek(4)
    with pytest.raises(AntivirusIndisponible):
        analyser(fichier)
    assert fichier.tell() == 0
    assert repond() is False
