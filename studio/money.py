"""Amounts as people read them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}


def show(amount: Decimal, currency: str) -> str:
    """An amount for reading: `$2.07`, or `2.07 CHF` where the currency has no common sign."""
    sign = _SIGNS.get(currency)
    minus = "−" if amount < 0 else ""
    shown = f"{abs(amount).quantize(Decimal('0.01'), rounding=ROUND_HALF_UP):,}"
    return f"{minus}{sign}{shown}" if sign else f"{minus}{shown} {currency}"


def show_rate(amount: Decimal, currency: str) -> str:
    """`$0.056`: rates have more places than prices."""
    sign = _SIGNS.get(currency)
    rate = f"{amount.normalize():f}"
    return f"{sign}{rate}" if sign else f"{rate} {currency}"
