//! What is wrong with what is asked for, and with what is offered.

use sijill_ledger_core::domain::values::{Names, ValueError};

use super::super::plot::{BidPlot, Plot, Twist, both};
use super::{CAIRO, GIZA, MINISTRY, Purchase, Told};

impl Told<'_> {
    pub(super) fn tailored(&mut self) -> Result<(), ValueError> {
        let it = Purchase {
            id: "EG-GZ-HD-OPEN-2",
            buyer: GIZA,
            begins: "2024-03-03",
            code: "DU-LAPTOP",
            pounds: 2_800_000,
            estimate_permille: 1_000,
        };
        let mut plot = self.plain(&it, vec![BidPlot::of(19, 995)])?;
        plot.required = Some(Names::new(
            "غطاء معدني فضي ومركز صيانة على بعد كيلومترين من المديرية على الأكثر",
            "A silver metal cover, and a service centre within two kilometres of the directorate",
        )?);
        plot.twists.push(Twist::Question {
            asked: both(
                "لماذا يُشترط هذا الغطاء وهذا القرب؟ لا يستوفيهما إلا مورد واحد",
                "why this cover and this distance? only one supplier meets them",
            )?,
            answered: both("الشروط باقية كما هي", "the requirements stay as they are")?,
        });
        self.tell(
            vec![plot],
            "مواصفة مفصّلة على مورد واحد: عرض وحيد بسعر 99.5% من القيمة التقديرية",
            "a specification tailored to one supplier: a single bid, at 99.5% of the estimate",
        );
        Ok(())
    }

    pub(super) fn identical(&mut self) -> Result<(), ValueError> {
        let it = Purchase {
            id: "MOHP-2024-51",
            buyer: MINISTRY,
            begins: "2024-05-05",
            code: "MS-GLOVE-M",
            pounds: 7_000_000,
            estimate_permille: 1_050,
        };
        let bids = [4, 9, 12].map(|supplier| BidPlot::of(supplier, 1_047));
        let plot = self.plain(&it, bids.to_vec())?;
        self.tell(
            vec![plot],
            "ثلاثة عروض بالسعر نفسه إلى القرش، دون القيمة التقديرية بقليل",
            "three bids at the same price to the piastre, just below the estimate",
        );
        Ok(())
    }

    pub(super) fn rotation(&mut self) -> Result<(), ValueError> {
        let turns = [
            ("EG-C-HD-RFQ-2", "2024-02-04", [13, 14]),
            ("EG-C-HD-RFQ-3", "2024-05-05", [14, 13]),
            ("EG-C-HD-RFQ-4", "2024-08-04", [13, 14]),
            ("EG-C-HD-RFQ-5", "2024-11-03", [14, 13]),
            ("EG-C-HD-RFQ-6", "2025-02-02", [13, 14]),
            ("EG-C-HD-RFQ-7", "2025-05-04", [14, 13]),
        ];
        let plots = turns.map(|(id, begins, [winner, loser])| {
            let it = Purchase {
                id,
                buyer: CAIRO,
                begins,
                code: "MS-ALC-1L",
                pounds: 240_000,
                estimate_permille: 1_040,
            };
            self.quotation(
                &it,
                vec![BidPlot::of(loser, 1_090), BidPlot::of(winner, 1_010)],
            )
        });
        let plots = plots.into_iter().collect::<Result<_, _>>()?;
        self.tell(
            plots,
            "موردان وحدهما يتناوبان على الفوز في القاهرة: كل مرة يخسر الآخر بفارق 8%",
            "two suppliers alone take turns in Cairo: each time the other one loses by 8%",
        );
        Ok(())
    }

    pub(super) fn split(&mut self) -> Result<(), ValueError> {
        let parts = [
            ("EG-GZ-HD-RFQ-2", "2025-03-02", 291_000),
            ("EG-GZ-HD-RFQ-3", "2025-03-05", 287_000),
            ("EG-GZ-HD-RFQ-4", "2025-03-09", 292_000),
            ("EG-GZ-HD-RFQ-5", "2025-03-12", 289_000),
        ];
        let plots = parts.map(|(id, begins, pounds)| {
            let it = Purchase {
                id,
                buyer: GIZA,
                begins,
                code: "ST-TONER",
                pounds,
                estimate_permille: 1_020,
            };
            self.quotation(&it, vec![BidPlot::of(15, 1_000), BidPlot::of(16, 1_015)])
        });
        let plots = plots.into_iter().collect::<Result<_, _>>()?;
        self.tell(
            plots,
            "شراء مجزأ: أربعة طلبات عروض أسعار للصنف نفسه في عشرة أيام، كل منها دون سقف 300,000 جنيه بقليل",
            "a split purchase: four requests for quotations of one item in ten days, each just under the ceiling of 300,000 EGP",
        );
        Ok(())
    }

    pub(super) fn amended(&mut self) -> Result<(), ValueError> {
        let it = Purchase {
            id: "MOHP-2024-52",
            buyer: MINISTRY,
            begins: "2024-09-01",
            code: "MS-SYR-5",
            pounds: 3_000_000,
            estimate_permille: 1_050,
        };
        let bids = vec![
            BidPlot::early(2, 960),
            BidPlot::early(6, 975),
            BidPlot::early(10, 990),
            BidPlot::of(17, 1_045),
        ];
        let mut plot = self.plain(&it, bids)?;
        plot.twists.push(Twist::Amendment {
            reason: both("احتياجات إضافية طارئة", "additional urgent needs")?,
            percent: 300,
            confirmed: Vec::new(),
        });
        self.tell(
            vec![plot],
            "تعديل في الأيام الأخيرة يضاعف الكمية ثلاث مرات: سقطت ثلاثة عروض أرخص لم تُجدَّد، وبقي واحد",
            "an amendment in the last days trebles the quantity: three cheaper bids lapse unconfirmed, and one is left",
        );
        Ok(())
    }

    pub(super) fn dear(&mut self) -> Result<(), ValueError> {
        let paper = |id, buyer, begins, pounds, estimate_permille| Purchase {
            id,
            buyer,
            begins,
            code: "ST-PAPER-A4",
            pounds,
            estimate_permille,
        };
        let two = |a: u64, b: u64| vec![BidPlot::of(6, a), BidPlot::of(16, b)];
        let usual = [
            ("EG-C-HD-RFQ-8", "2024-08-18", [1_000, 1_020]),
            ("EG-C-HD-RFQ-9", "2025-08-17", [1_030, 1_015]),
        ];
        let usual = usual.map(|(id, begins, [a, b])| {
            self.quotation(&paper(id, CAIRO, begins, 190_000, 1_040), two(a, b))
        });
        let usual: Vec<Plot> = usual.into_iter().collect::<Result<_, _>>()?;
        let dear = paper("EG-GZ-HD-RFQ-6", GIZA, "2025-08-24", 100_000, 2_750);
        let dear = self.quotation(&dear, two(2_700, 2_740))?;
        self.tell(
            vec![dear],
            "ورق التصوير بسعر 513 جنيهًا للرزمة، والوسيط في البلد نحو 190",
            "copier paper at 513 EGP a ream, where the country's median is about 190",
        );
        self.plots.extend(usual);
        Ok(())
    }
}
