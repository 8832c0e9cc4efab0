"""The homes as they are now: what searches ask of them, and what a letter says."""

from django.db import models

from consumers.criteria.statuses import FOR_SALE


class Home(models.Model):
    """One listing, by the monolith's number and names."""

    id = models.BigIntegerField(primary_key=True)
    version = models.BigIntegerField()
    slug = models.TextField()
    title = models.TextField()
    description = models.TextField()
    address = models.TextField()
    neighbourhood = models.TextField()
    zip_code = models.TextField()
    stories = models.TextField()
    wall = models.TextField()
    garage = models.TextField()
    status = models.CharField(max_length=10)
    price = models.IntegerField()
    beds = models.IntegerField()
    baths = models.IntegerField()
    half_baths = models.IntegerField()
    living_area = models.IntegerField()
    lot_size = models.IntegerField()
    year_built = models.IntegerField()
    latitude = models.FloatField()
    longitude = models.FloatField()
    agent_id = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return self.title

    @property
    def is_for_sale(self) -> bool:
        return self.status in FOR_SALE
