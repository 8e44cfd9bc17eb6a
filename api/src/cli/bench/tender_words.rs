//! What tenders of a country are about, in words of both languages.

use sijill_ledger_core::domain::item::Category;

/// What a tender does.
pub const DEEDS: &[(&str, &str)] = &[
    ("توريد", "Supply"),
    ("شراء", "Purchase"),
    ("توريد وتركيب", "Supply and installation"),
    ("تجهيز", "Furnishing"),
    ("التعاقد على توريد", "Contract for supply"),
];

/// Who buys, in each governorate.
pub const BUYERS: &[(&str, &str)] = &[
    ("مديرية الشؤون الصحية", "Health Directorate"),
    ("مديرية التربية والتعليم", "Education Directorate"),
    ("ديوان عام محافظة", "Governorate Office"),
    ("المستشفى الجامعي", "University Hospital"),
];

/// Goods.
pub const GOODS: &[(Category, &str, &str)] = &[
    (
        Category::Medicine,
        "أموكسيسيلين أقراص مجم",
        "Amoxicillin tablets mg",
    ),
    (
        Category::Medicine,
        "باراسيتامول شراب مل",
        "Paracetamol syrup ml",
    ),
    (
        Category::Medicine,
        "أنسولين حقن وحدة",
        "Insulin injection units",
    ),
    (
        Category::Medicine,
        "ميتفورمين أقراص مجم",
        "Metformin tablets mg",
    ),
    (
        Category::Medicine,
        "أملوديبين أقراص مجم",
        "Amlodipine tablets mg",
    ),
    (
        Category::Medicine,
        "سيفترياكسون حقن مجم",
        "Ceftriaxone injection mg",
    ),
    (
        Category::Medicine,
        "محلول ملح وريدي مل",
        "Sodium chloride infusion ml",
    ),
    (
        Category::Medicine,
        "لقاح شلل الأطفال جرعة",
        "Polio vaccine doses",
    ),
    (
        Category::Medicine,
        "أدوية علاج السكري علبة",
        "Diabetes medicines box",
    ),
    (
        Category::Medicine,
        "مضاد حيوي كبسولات مجم",
        "Antibiotic capsules mg",
    ),
    (
        Category::Supply,
        "قفازات جراحية معقمة",
        "Sterile surgical gloves",
    ),
    (Category::Supply, "شاش طبي متر", "Medical gauze metre"),
    (
        Category::Supply,
        "سرنجات بلاستيكية مل",
        "Plastic syringes ml",
    ),
    (
        Category::Supply,
        "كمامات جراحية صندوق",
        "Surgical masks box",
    ),
    (
        Category::Supply,
        "مطهر كحولي لتر",
        "Alcohol disinfectant litre",
    ),
    (
        Category::Supply,
        "مستلزمات غسيل كلوي طقم",
        "Dialysis supplies set",
    ),
    (
        Category::Stationery,
        "ورق تصوير رزمة",
        "Photocopy paper ream",
    ),
    (
        Category::Stationery,
        "أحبار طابعات ليزر",
        "Laser printer toner",
    ),
    (
        Category::Stationery,
        "كراسات مدرسية ورقة",
        "School notebooks sheet",
    ),
    (
        Category::Stationery,
        "أقلام جافة صندوق",
        "Ballpoint pens box",
    ),
    (Category::Durable, "كراسي مكتبية", "Office chairs"),
    (Category::Durable, "مقاعد فصول دراسية", "Classroom desks"),
    (Category::Durable, "أجهزة حاسب آلي", "Desktop computers"),
    (Category::Durable, "أسرّة مستشفيات", "Hospital beds"),
    (Category::Durable, "أجهزة تنفس صناعي", "Ventilators"),
    (
        Category::Durable,
        "ثلاجات حفظ لقاحات لتر",
        "Vaccine refrigerators litre",
    ),
];
