from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "studio.organisations"
    label = "organisations"
    verbose_name = "organisations"
