"""`manage.py setup_storage`: make the bucket and its rules, or the folders; safe to repeat."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """Brings storage into the state that the studio needs."""

    help = "Make the bucket with its cross-origin rule, or the local folders."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make what is missing and say what was done."""
        if not settings.S3_BUCKET:
            settings.MEDIA_ROOT.mkdir(parents=True, exist_ok=True)
            self.stdout.write(f"Files are kept in {settings.MEDIA_ROOT}.")
            return
        client = default_storage.connection.meta.client  # type: ignore[attr-defined]
        try:
            self._make_bucket(client)
            self._allow_this_site(client)
        except ClientError as error:
            raise CommandError(
                f"The S3 server refused: {error.response['Error'].get('Code')}. Check "
                "S3_ENDPOINT_URL, S3_ACCESS_KEY and S3_SECRET_KEY, and that the key may make and "
                "read the bucket."
            ) from error

    def _make_bucket(self, client: Any) -> None:
        try:
            client.head_bucket(Bucket=settings.S3_BUCKET)
            self.stdout.write(f"Bucket {settings.S3_BUCKET} is there.")
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
                raise
            client.create_bucket(Bucket=settings.S3_BUCKET)
            self.stdout.write(f"Bucket {settings.S3_BUCKET} made.")

    def _allow_this_site(self, client: Any) -> None:
        site = urlsplit(settings.PUBLIC_URL)
        origin = f"{site.scheme}://{site.netloc}"
        rule = {
            "AllowedOrigins": [origin],
            "AllowedMethods": ["GET", "HEAD"],
            "AllowedHeaders": ["Range"],
            "ExposeHeaders": ["Content-Length", "Content-Range", "ETag"],
            "MaxAgeSeconds": 3600,
        }
        client.put_bucket_cors(Bucket=settings.S3_BUCKET, CORSConfiguration={"CORSRules": [rule]})
        self.stdout.write(f"Pages of {origin} may read from it.")
