"""The pages of partners, of their conventions and of the contacts of each side."""

from django.urls import URLPattern

app_name = "conventions"
urlpatterns: list[URLPattern] = []
