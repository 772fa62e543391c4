"""Forty invented clients. Phone numbers are Ofcom's for drama, addresses end in .example: nobody real is in here."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Person:
    """What a client says about themselves at the front desk."""

    first: str
    last: str
    born: date
    skin: str = ""
    goals: tuple[str, ...] = ()
    called: str = ""
    alerts: str = ""
    notes: str = ""
    address: str = ""
    email: str = ""
    language: str = "en"


ANYA = Person("Anya", "Kowalczyk", date(1991, 3, 14), "II", ("acne_scars", "texture"), email="anya.k@fenmail.example")
BEATRIZ = Person(
    "Beatriz", "Almeida Santos", date(1978, 11, 2), "IV", ("fine_lines", "firmness"), email="bea.santos@fenmail.example"
)
CHIDI = Person("Chidi", "Eze", date(1986, 7, 29), "VI", ("acne_scars",), email="", notes="Prefers a phone call.")
DARA = Person("Dara", "O’Sullivan", date(1969, 1, 8), "I", ("wrinkles",), email="dara@osullivan.example")
ELIF = Person("Elif", "Yıldız", date(1995, 9, 21), "III", ("pores", "texture"), email="elif.yildiz@postbox.example")
FATIMA = Person(
    "Fatima", "Zahra Bennani", date(1988, 5, 30), "IV", ("pigmentation",), "Zahra", email="zahra.b@postbox.example"
)
GRACE = Person("Grace", "Achieng", date(1993, 12, 12), "VI", ("acne_scars", "texture"), email="grace.a@fenmail.example")
HENRIK = Person("Henrik", "Sørensen", date(1974, 4, 4), "II", ("wrinkles", "firmness"), email="henrik@sorensen.example")
IMANI = Person("Imani", "Brown", date(1998, 8, 17), "V", ("acne_scars",), email="imani.brown@postbox.example")
JAGODA = Person("Jagoda", "Nowak", date(1983, 2, 25), "II", ("fine_lines",), email="jagoda.nowak@fenmail.example")
KOFI = Person("Kofi", "Mensah", date(1990, 10, 10), "VI", ("acne_scars", "pores"), email="kofi.mensah@postbox.example")
LEILA = Person("Leila", "Haddad", date(1996, 6, 6), "III", ("texture",), email="leila.haddad@fenmail.example")
MEI = Person(
    "Mei Ling", "Tan", date(1981, 1, 27), "III", ("pigmentation", "elasticity"), "Mei", email="mei.tan@postbox.example"
)
NIAMH = Person(
    "Niamh", "Byrne", date(1972, 7, 7), "I", ("wrinkles",), alerts="Takes warfarin.", email="niamh@byrne.example"
)
OLU = Person("Oluwaseun", "Adeyemi", date(1987, 3, 3), "VI", ("stretch_marks",), "Seun", email="seun.a@fenmail.example")
PAVEL = Person("Pavel", "Dvořák", date(1979, 9, 9), "II", ("acne_scars",), email="pavel.dvorak@postbox.example")
QIU = Person("Qiu", "Zhang", date(1992, 4, 18), "III", ("pores",), email="qiu.zhang@fenmail.example")
RUTH = Person("Ruth", "Goldberg", date(1961, 12, 1), "II", ("wrinkles", "texture"), email="ruth@goldberg.example")
SANJAY = Person(
    "Sanjay", "Patel", date(1985, 8, 8), "V", ("acne_scars", "texture"), email="sanjay.patel@postbox.example"
)
TERESA = Person(
    "Teresa", "Rossi", date(1970, 5, 5), "III", ("firmness", "texture"), "Tess", email="tess.rossi@fenmail.example"
)
UMA = Person("Uma", "Krishnan", date(1994, 2, 2), "V", ("acne_scars", "texture"), email="uma.k@postbox.example")
VIKTOR = Person(
    "Viktor", "Horvat", date(1977, 6, 23), "II", ("fine_lines",), email="viktor.horvat@fenmail.example", language="de"
)
WANJIRU = Person("Wanjiru", "Kamau", date(1989, 11, 30), "VI", ("texture",), "Ciru", email="ciru@kamau.example")
XOCHITL = Person(
    "Xóchitl", "Ramírez", date(1990, 1, 19), "IV", ("acne_scars",), email="xochitl.r@postbox.example", language="es"
)
YUSUF = Person(
    "Yusuf",
    "Demir",
    date(1982, 10, 28),
    "III",
    ("acne_scars",),
    alerts="Fainted at a blood test in 2019.",
    email="yusuf.demir@fenmail.example",
)
ZOFIA = Person("Zofia", "Wiśniewska", date(1968, 3, 31), "II", ("wrinkles", "texture"), email="zofia.w@postbox.example")
ABIGAIL = Person(
    "Abigail",
    "Thornton",
    date(1980, 7, 15),
    "I",
    ("fine_lines", "texture"),
    "Abi",
    address="14 Harbour Row\nBristol",
    email="abi.thornton@fenmail.example",
)
BILAL = Person("Bilal", "Hussain", date(1997, 9, 1), "V", ("acne_scars", "texture"), email="bilal.h@postbox.example")
CARYS = Person("Carys", "Llewellyn", date(1975, 12, 24), "II", ("elasticity",), email="carys@llewellyn.example")
DIMITRA = Person("Dimitra", "Papadopoulou", date(1984, 4, 11), "IV", ("texture",), email="dimitra.p@fenmail.example")
EWAN = Person(
    "Ewan", "MacLeod", date(1991, 5, 26), "I", ("acne_scars", "texture"), email="ewan.macleod@postbox.example"
)
FLORENCE = Person(
    "Florence",
    "Dubois",
    date(1966, 8, 3),
    "II",
    ("wrinkles",),
    alerts="Allergic to latex: nitrile gloves only.",
    email="florence.dubois@fenmail.example",
    language="fr",
)
GURPREET = Person("Gurpreet", "Kaur", date(1993, 1, 5), "IV", ("pigmentation",), email="gurpreet.k@postbox.example")
HANNAH = Person("Hannah", "Eriksen", date(1986, 6, 18), "II", ("stretch_marks",), email="hannah@eriksen.example")
IBRAHIM = Person("Ibrahim", "Diallo", date(1988, 2, 14), "VI", ("acne_scars",), email="ibrahim.d@fenmail.example")
JULIETA = Person(
    "Julieta", "Fernández", date(1979, 10, 20), "III", ("fine_lines", "texture"), email="julieta.f@postbox.example"
)
KEIKO = Person("Keiko", "Watanabe", date(1973, 3, 9), "III", ("firmness", "texture"), email="keiko.w@fenmail.example")
LIAM = Person("Liam", "Walsh", date(2005, 4, 30), "II", ("acne_scars",), email="liam.walsh@postbox.example")
MARGARET = Person("Margaret", "Ashdown", date(1958, 9, 12), "II", ("wrinkles",), "Peggy", email="peggy@ashdown.example")
NOOR = Person("Noor", "van Dijk", date(1995, 12, 8), "IV", ("texture", "pores"), email="noor.vandijk@refused.example")
