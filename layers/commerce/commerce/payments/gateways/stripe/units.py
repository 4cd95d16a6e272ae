"""How Stripe writes amounts (docs.stripe.com/currencies: zero-decimal, three-decimal and special cases).

HUF and TWD keep two decimals on charges and refunds; only payouts, which we do not make, are whole.
"""

from __future__ import annotations

from commerce.platform.minor_units import ProviderUnits

_WHOLE = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF"
_WHOLE_IN_HUNDREDTHS = "ISK UGX"
_THREE = "BHD JOD KWD OMR TND"
_TWO = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CNY COP CRC CVE "
    "CZK DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR JMD KES KGS KHR KYD "
    "KZT LAK LBP LKR LRD LSL MAD MDL MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK "
    "PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SEK SGD SHP SLE SOS SRD SZL THB TJS TOP TRY TTD TWD TZS UAH USD UYU "
    "UZS WST XCD XCG YER ZAR ZMW"
)
_EXPONENTS = {
    code: digits
    for codes, digits in ((_WHOLE, 0), (_WHOLE_IN_HUNDREDTHS, 2), (_THREE, 3), (_TWO, 2))
    for code in codes.split()
}

STRIPE_UNITS = ProviderUnits(
    provider="Stripe",
    exponents=_EXPONENTS,
    steps={**dict.fromkeys(_THREE.split(), 10), **dict.fromkeys(_WHOLE_IN_HUNDREDTHS.split(), 100)},
    currencies=frozenset(_EXPONENTS),
)
"""KWD 1.230 is 1230 and KWD 1.234 is refused; JPY 500 is 500; ISK 5 is 500; MGA is whole, whatever ISO 4217 says."""
