"""A large database in a few seconds, written by SQL: invented tenants, accounts, conventions.

Counted from 1, per partner or convention:

- partners 1–2,000 have two conventions, the others one;
- conventions 1–500 end tonight: their partners keep the other one, so their accounts stay;
- conventions 9,001–10,000 end tonight: 1,000 partners lose their last one, 10,000 accounts close;
- conventions 2,001–6,000 reach their anniversary tonight;
- of partners 6,001–7,000, one gestionnaire out of two leaves tonight;
- of partners 7,001–8,000, the eight techniciens have been inactive for seven months.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection

CAISSES = 100
PARTENAIRES = 10_000
CONVENTIONS = 12_000
COMPTES = 100_000
SEPT_MOIS = timedelta(days=215)


@dataclass(frozen=True)
class Attendus:
    """What the night must leave, typed from the shape of the data and not from the code."""

    terminees: int = 1_500
    reconduites: int = 4_000
    inactives_par_convention: int = 10_000
    inactives_par_date: int = 1_000
    supprimes: int = 8_000
    ouverts: int = COMPTES - 10_000 - 1_000 - 8_000


def peupler(jour: date) -> None:
    """Fill the empty database for the night that follows `jour`, the last day of what ends."""
    droits = {
        nom: Permission.objects.get(
            codename=nom, content_type=ContentType.objects.get(app_label="comptes", model=modele)
        ).pk
        for nom, modele in (("gerer", "partenaire"), ("deposer", "partenaire"))
    }
    valeurs = {
        "jour": jour,
        "effet": jour - timedelta(days=400),
        "jadis": jour - SEPT_MOIS,
        "gerer": droits["gerer"],
        "deposer": droits["deposer"],
        "caisses": CAISSES,
        "partenaires": PARTENAIRES,
        "conventions": CONVENTIONS,
    }
    with connection.cursor() as curseur:
        for instruction in (_CAISSES, _PARTENAIRES, _CONVENTIONS, _LIENS, _PARTIES, _COMPTES):
            curseur.execute(instruction, valeurs)
        curseur.execute(_DROITS, valeurs)
    with connection.cursor() as curseur:
        curseur.execute("ANALYZE")


_CAISSES = """
INSERT INTO comptes_caisse
    (code, nom, departement, contact_support, levees_admises, revue_mois, mot_de_passe_jours,
     seuils_alerte, relance_heures)
SELECT 'caisse-' || i, 'CPAM du banc ' || i, '59', '', true, 12, 365, '{50,80}', 24
FROM generate_series(1, %(caisses)s) i
"""
_PARTENAIRES = """
INSERT INTO comptes_partenaire
    (code, nom, type, membres, domaines_email, recoit_documents, adresse)
SELECT 'partenaire-' || i, 'CCAS du banc ' || i, 'ccas', 12,
       ARRAY['p' || i || '.example'], false, ''
FROM generate_series(1, %(partenaires)s) i
"""
_CONVENTIONS = """
INSERT INTO conventions_convention
    (identifiant, intitule, etat, autres_signataires, date_effet, date_utilisation, date_fin,
     prochaine_echeance, services, justificatif_urgence, delai_urgence_heures,
     delai_contact_heures, delai_instruction_jours, delai_c2s_jours, preavis_mois,
     regle_preavis, techniciens_petit, techniciens_moyen, techniciens_grand,
     delai_violation_heures, conservation_mois)
SELECT gen_random_uuid(), 'Convention du banc ' || i,
       CASE WHEN i <= 500 OR i BETWEEN 9001 AND 10000 THEN 'denoncee' ELSE 'en_vigueur' END,
       '{}', %(effet)s, %(effet)s,
       CASE WHEN i <= 500 OR i BETWEEN 9001 AND 10000 THEN %(jour)s::date END,
       CASE WHEN i BETWEEN 2001 AND 6000 THEN %(jour)s::date + 1
            ELSE %(jour)s::date + 100 END,
       '{signaler,historique}', false, 48, 48, 30, 31, 3, 'fenetre', 5, 15, 25, 24, 24
FROM generate_series(1, %(conventions)s) i
"""
_LIENS = """
INSERT INTO conventions_caisseliee (convention_id, caisse_id, mode_consentement)
SELECT c.id, ca.id, 'case'
FROM (SELECT id, substring(intitule from '\\d+$')::int AS i FROM conventions_convention) c
JOIN comptes_caisse ca ON ca.code = 'caisse-' || (c.i %% %(caisses)s + 1)
"""
_PARTIES = """
INSERT INTO conventions_convention_partenaires (convention_id, partenaire_id)
SELECT c.id, p.id
FROM (SELECT id, substring(intitule from '\\d+$')::int AS i FROM conventions_convention) c
JOIN comptes_partenaire p ON p.code = 'partenaire-' || ((c.i - 1) %% %(partenaires)s + 1)
"""
# Two gestionnaires, then eight techniciens, for each partner.
_COMPTES = """
INSERT INTO comptes_utilisateur
    (public, identifiant, profil, civilite, nom, prenom, fonction, telephone, email, password,
     is_superuser, etat, cree_le, active_le, mot_de_passe_le, statut, dernier_jour, inactif_le,
     cause_inactivation, heure_recapitulatif)
SELECT gen_random_uuid(), 'banc.' || i || '.' || n,
       CASE WHEN n <= 2 THEN 'gestionnaire' ELSE 'technicien' END, 'madame', 'Banc' || i,
       'Compte' || n, '', '', 'c' || n || '@p' || i || '.example', '!', false,
       CASE WHEN n > 2 AND i BETWEEN 7001 AND 8000 THEN 'inactif' ELSE 'actif' END,
       %(effet)s, %(effet)s, %(jour)s, CASE WHEN n <= 2 THEN '' ELSE 'salarie' END,
       CASE WHEN n = 2 AND i BETWEEN 6001 AND 7000 THEN %(jour)s::date END,
       CASE WHEN n > 2 AND i BETWEEN 7001 AND 8000 THEN %(jadis)s::timestamptz END,
       CASE WHEN n > 2 AND i BETWEEN 7001 AND 8000 THEN 'depart' ELSE '' END, 8
FROM generate_series(1, %(partenaires)s) i, generate_series(1, 10) n
"""
_DROITS = """
INSERT INTO comptes_droitpartenaire (user_id, content_object_id, permission_id)
SELECT u.id, p.id,
       CASE WHEN u.profil = 'gestionnaire' THEN %(gerer)s ELSE %(deposer)s END
FROM comptes_utilisateur u
JOIN comptes_partenaire p ON p.code = 'partenaire-' || substring(u.nom from '\\d+$')
"""
