"""A maker calls a lot back: the invented clinic has told its clients, one has read it, and the case is open."""

from datetime import timedelta

from django.db.models import Count

from portal.demo.clinic import Team
from portal.demo.play import Play, Story
from treatments.products.models import Product
from treatments.products.terms import ProductKind
from treatments.recalls.models import RecallNotice
from treatments.recalls.services import acknowledge, open_recall, send_notices
from treatments.sessions.models import Session
from treatments.sessions.services.recalls import Recalled


def a_lot_is_recalled(play: Play, team: Team) -> Story:
    """Two days ago, of the lot that went to most clients before this month."""
    opened = play.now - timedelta(hours=50)
    yield opened
    used = Session.objects.completed().filter(ended_at__lt=opened - timedelta(days=30))
    lots = used.order_by().values("cartridge_lot").annotate(clients=Count("client", distinct=True))
    [number] = lots.order_by("-clients", "cartridge_lot").values_list("cartridge_lot", flat=True)[:1]
    said = {"reason": "The maker’s letter: the seal of some packets was weak.", "reference": "FSN 2026-07"}
    product = Product.objects.filter(kind=ProductKind.CARTRIDGE).earliest("pk")
    recall = open_recall(lot=Recalled(number), product=product, by=team.maya.user, at=opened, **said)
    yield opened + timedelta(minutes=20)
    send_notices(recall=recall, by=team.maya.user, at=opened + timedelta(minutes=20))
    read = opened + timedelta(hours=3)
    yield read
    left = RecallNotice.objects.filter(recall=recall, message__sent_at__lt=read)
    for notice in left.order_by("pk")[:1]:
        acknowledge(notice=notice, at=read)
