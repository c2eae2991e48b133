"""Included at /demo/ by `portail.urls`, only where this app is installed."""

from django.urls import path

from demonstration import views

app_name = "demonstration"
urlpatterns = [
    path("", views.page, name="page"),
    path("courriels/<int:pk>/", views.courriel, name="courriel"),
    path("fichiers/<str:nom>", views.fichier, name="fichier"),
]
