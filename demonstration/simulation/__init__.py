"""A year of a caisse's life, day after day, on a clock that moves (`manage.py simuler`).

The people of `monde` do what `gestes` says at the hours that `horloge` gives, through the verbs of
the screens; the tasks of beat run in between; `invariants` looks at what is left after each step.
Nothing here depends on where the database came from: see `base` for the command's.
"""
