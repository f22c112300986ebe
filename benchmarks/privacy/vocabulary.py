"""Words that `plant.py` draws from, beside names and places of packages: hospitals, months, wards, and surnames
that are everyday words, of which parts E, F and G of the frames have no one in common."""

HOSPITALS = {
    "en": ("{} General Hospital", "{} Medical Center", "{} Infirmary", "{} Imaging Center", "St. {}'s Hospital"),
    "es": ("Hospital de {}", "Clínica {}", "Hospital Universitario de {}", "Centro de Salud {}"),
}
MONTHS = {
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December"),
    "es": ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
           "noviembre", "diciembre"),
}  # fmt: skip
SURNAMES = {
    "E en": "Stone Bird Field Pond Rain Marsh Brook Frost Sharp Small Long Short Rich Poor Moon Day Bishop "
            "King Page Pepper Rice Bean Berry Wood Bridge Church Hall House Lake Ford Hope Love Noble Savage "
            "Strange Merry Speed",
    "E es": "Cabello Calle Campos Casas Castillo Cuesta Flores Fuentes Hierro Iglesias Lobo Luna Mora Nieves "
            "Palomo Paredes Pastor Peña Pino Prado Ramos Rey Ríos Rojo Rosales Rubio Santos Sierra Soto "
            "Torres Valle Vega",
    "F en": "Banks Bloom Bond Bush Buck Cash Child Crook Cross Drinkwater Farmer Fry Fox Gold Goodfellow "
            "Grave Green Gunn Hay Heard Heath Hill Hogg Horn Knight Lamb Land Law Locke March Miles Mills "
            "Parrot Park Penny Power Price Quick Raven Reader Seal Sheen Shield Snow Spring Street Swift "
            "Temple Thorn Waters Winter Wise Young",
    "F es": "Abril Aguado Arenas Barco Bosque Bravo Cano Correa Cordero Crespo Delgado Feliz Franco Gallego "
            "Guerra Herrero Hidalgo Leal Losada Manzano Marín Mercado Molina Montes Moreno Palacios Pardo "
            "Parra Puente Quesada Rincón Rivera Robles Salas Seco Sastre Toro Trigo Vaca Vergara Vidal Viñas "
            "Zapatero",
    "G en": "Archer Ash Ball Barker Bell Best Blow Bull Butler Carpenter Chambers Coffey Cook Cooper Dew "
            "Driver Early English Fisher Flowers Forest Fortune Gates Glass Goodman Hand Hardy Hunter Just "
            "Kitchen Major Mason Moody Nunn Oakes Organ Peacock Pickles Pike Pope Potter Reeves Rivers Root "
            "Salmon Shepherd Singer Summers Towers",
    "G es": "Alegre Ballesteros Barrios Bueno Caballero Caballo Calvo Carnicero Clavijo Conde Cordón Escudero "
            "Espada Espino Galán Gallo Hurtado Jurado Lozano Maestro Marqués Mayor Merino Montero Nieto Olmo "
            "Oliva Pascual Plaza Portillo Reina Rico Roca Sabater Serrano Tejedor Torre Vera Villar Yegua",
}  # fmt: skip
WARDS = {
    "E en": ("Nightingale Ward", "Kestrel Ward", "the Oak Suite", "Ward Rowan", "Osprey Wing"),
    "E es": ("Sala San Rafael", "Unidad Marañón", "Pabellón Jacaranda"),
    "F en": ("Primrose Ward", "Sir Bevis Ward", "the Lavender Suite", "Ward Heron", "Abernethy Wing"),
    "G en": ("Cedar Ward", "Florence Ward", "the Harbour Suite", "Ward Bluebell", "Compton Wing"),
    "G es": ("Sala San Telmo", "Unidad Orfila", "Pabellón Almendros"),
    "F es": ("Sala Santa Eulalia", "Unidad Cajaraville", "Pabellón Tejeda"),
}
