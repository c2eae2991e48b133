"""The pages of data breaches."""

from django.urls import path

from violations import views

app_name = "violations"
urlpatterns = [
    path("violations/", views.liste, name="liste"),
    path("violations/declarer/", views.declarer, name="declarer"),
    path("violations/<uuid:identifiant>/", views.violation, name="violation"),
    path("violations/<uuid:identifiant>/<slug:nom>/", views.traiter, name="traiter"),
]
