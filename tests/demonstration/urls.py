"""The portal's addresses plus the demonstration's, as the demo settings install them."""

from django.urls import include, path

from portail.urls import urlpatterns as urlpatterns_du_portail

urlpatterns = [*urlpatterns_du_portail, path("demo/", include("demonstration.urls"))]
