"""Argon2id as in production, at the lowest cost it accepts."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2Rapide(Argon2PasswordHasher):
    time_cost = 1
    memory_cost = 8
    parallelism = 1
