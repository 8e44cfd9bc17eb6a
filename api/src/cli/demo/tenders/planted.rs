//! Tenders in which something is wrong, on purpose. Each is lawful as far as the rules of the ledger go, or they would have refused
//! it: what is wrong shows to whoever looks.

use sijill_ledger_core::domain::tender::Procedure;
use sijill_ledger_core::domain::values::{Date, Names, ValueError};

use super::institutions::Buyer;
use super::plot::{BidPlot, LotPlot, Planted, Plot, Twist, both};
use super::usual::{QUOTATION_DAYS, plain, units_for};
use crate::cli::demo::catalogue::index_of;
use crate::cli::errors::Bilingual;

/// Places of the buyers: the ministry, and the directorates of the first two governorates.
const MINISTRY: usize = 0;
const CAIRO: usize = 1;
const GIZA: usize = 2;

/// The tenders, and what they show.
pub fn plots(buyers: &[Buyer]) -> Result<(Vec<Plot>, Vec<Planted>), ValueError> {
    let mut told = Told {
        buyers,
        plots: Vec::new(),
        planted: Vec::new(),
    };
    told.tailored()?;
    told.identical()?;
    told.rotation()?;
    told.split()?;
    told.amended()?;
    told.lowest_out()?;
    told.late()?;
    told.upheld()?;
    told.forgotten()?;
    told.dear()?;
    told.departure()?;
    told.cancelled_and_failed()?;
    Ok((told.plots, told.planted))
}

struct Told<'a> {
    buyers: &'a [Buyer],
    plots: Vec<Plot>,
    planted: Vec<Planted>,
}

/// Where, when and what a plot buys.
struct Purchase {
    id: &'static str,
    buyer: usize,
    begins: &'static str,
    code: &'static str,
    pounds: u64,
    estimate_permille: u64,
}

impl Told<'_> {
    fn plain(&self, it: &Purchase, bids: Vec<BidPlot>) -> Result<Plot, ValueError> {
        let item = index_of(it.code)
            .ok_or_else(|| ValueError::new("item", it.code, "in the catalogue"))?;
        let lot = LotPlot {
            item,
            units: units_for(item, it.pounds),
            estimate_permille: it.estimate_permille,
        };
        let begins = Date::parse(it.begins)?;
        plain(it.id, (it.buyer, &self.buyers[it.buyer]), begins, lot, bids)
    }

    fn quotation(&self, it: &Purchase, bids: Vec<BidPlot>) -> Result<Plot, ValueError> {
        Ok(Plot {
            procedure: Procedure::Quotation,
            window_days: QUOTATION_DAYS,
            ..self.plain(it, bids)?
        })
    }

    /// Keeps the tenders of one irregularity, and what they show.
    fn tell(&mut self, plots: Vec<Plot>, ar: &str, en: &str) {
        let tenders = plots.iter().map(|plot| plot.id.clone()).collect();
        let told = Bilingual::new(ar, en);
        self.planted.push(Planted { told, tenders });
        self.plots.extend(plots);
    }

    fn tailored(&mut self) -> Result<(), ValueError> {
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

    fn identical(&mut self) -> Result<(), ValueError> {
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

    fn rotation(&mut self) -> Result<(), ValueError> {
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

    fn split(&mut self) -> Result<(), ValueError> {
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

    fn amended(&mut self) -> Result<(), ValueError> {
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

    fn lowest_out(&mut self) -> Result<(), ValueError> {
        let it = Purchase {
            id: "EG-C-HD-OPEN-2",
            buyer: CAIRO,
            begins: "2025-01-12",
            code: "MS-CAN-20",
            pounds: 1_400_000,
            estimate_permille: 1_050,
        };
        let bids = vec![
            BidPlot::of(3, 815),
            BidPlot::of(18, 1_044),
            BidPlot::of(7, 1_080),
        ];
        let mut plot = self.plain(&it, bids)?;
        plot.twists.push(Twist::Rejected {
            bid: 0,
            reason: both("بيانات غير صحيحة", "false statements")?,
        });
        self.tell(
            vec![plot],
            "استُبعد أرخص العروض بعد فتح الأسعار بسبب غامض، وفاز الثاني بسعر يكاد يساوي القيمة التقديرية",
            "the lowest bid is rejected after its price was read, for a vague reason; the second wins at nearly the estimate",
        );
        Ok(())
    }

    fn late(&mut self) -> Result<(), ValueError> {
        let it = Purchase {
            id: "EG-GZ-HD-OPEN-3",
            buyer: GIZA,
            begins: "2025-02-02",
            code: "MS-GAUZE",
            pounds: 900_000,
            estimate_permille: 1_050,
        };
        let bids = [(1, 1_005), (8, 1_020), (11, 985)];
        let bids = bids.map(|(supplier, permille)| BidPlot::of(supplier, permille));
        let mut plot = self.plain(&it, bids.to_vec())?;
        plot.twists.push(Twist::Late { supplier: 18 });
        self.tell(
            vec![plot],
            "مظروف وصل بعد الموعد بساعة فرُفض، ولا أثر له في السجل",
            "an envelope that came an hour after the deadline is refused, and leaves no trace in the log",
        );
        Ok(())
    }

    fn upheld(&mut self) -> Result<(), ValueError> {
        let it = Purchase {
            id: "EG-C-HD-OPEN-3",
            buyer: CAIRO,
            begins: "2024-11-03",
            code: "MS-TUBE",
            pounds: 1_100_000,
            estimate_permille: 1_050,
        };
        let bids = vec![
            BidPlot::of(20, 940),
            BidPlot::of(5, 980),
            BidPlot::of(12, 1_010),
        ];
        let mut plot = self.plain(&it, bids)?;
        plot.twists.push(Twist::Complaint {
            by: 1,
            grounds: both(
                "شهادة الفائز لصنف آخر",
                "the winner's certificate is for another product",
            )?,
            upheld: true,
        });
        self.tell(
            vec![plot],
            "تظلم قُبل: سقط الإرساء وأُعيد البت وفاز المتظلم",
            "a complaint is upheld: the award falls, is made anew, and the complainer wins",
        );
        Ok(())
    }

    fn forgotten(&mut self) -> Result<(), ValueError> {
        let it = Purchase {
            id: "EG-GZ-HD-OPEN-4",
            buyer: GIZA,
            begins: "2024-12-01",
            code: "MS-SUTURE",
            pounds: 1_700_000,
            estimate_permille: 1_050,
        };
        let bids = vec![BidPlot::of(2, 990), BidPlot::of(9, 1_000)];
        let mut plot = self.plain(&it, bids)?;
        plot.twists.push(Twist::Forgotten);
        self.tell(
            vec![plot],
            "مناقصة فُتحت مظاريفها الفنية في أول 2025 ولم يُبت فيها حتى نهاية السنة",
            "a tender whose technical envelopes were opened early in 2025, and that nobody has judged by the end of the year",
        );
        Ok(())
    }

    fn dear(&mut self) -> Result<(), ValueError> {
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

    fn departure(&mut self) -> Result<(), ValueError> {
        let it = Purchase {
            id: "MOHP-2025-51",
            buyer: MINISTRY,
            begins: "2025-04-06",
            code: "MS-MASK",
            pounds: 5_000_000,
            estimate_permille: 1_080,
        };
        let bids = vec![
            BidPlot::of(4, 960),
            BidPlot::of(9, 1_035),
            BidPlot::of(1, 1_050),
        ];
        let mut plot = self.plain(&it, bids)?;
        plot.twists.push(Twist::Override {
            winner: 1,
            reason: both(
                "خبرة سابقة مع المورد",
                "previous experience with the supplier",
            )?,
        });
        self.tell(
            vec![plot],
            "إرساء على غير الأفضل بتبرير، أغلى بنسبة 8%",
            "an award to another than the best, justified, at 8% more",
        );
        Ok(())
    }

    /// Nothing is wrong with them: they end without an award.
    fn cancelled_and_failed(&mut self) -> Result<(), ValueError> {
        let it = Purchase {
            id: "MOHP-2025-52",
            buyer: MINISTRY,
            begins: "2025-06-15",
            code: "DU-DESKTOP",
            pounds: 40_000_000,
            estimate_permille: 1_050,
        };
        let mut cancelled = self.plain(&it, vec![BidPlot::early(3, 1_000)])?;
        cancelled.twists.push(Twist::Cancelled {
            reason: both("خُفضت المخصصات", "the budget was cut")?,
        });
        let it = Purchase {
            id: "EG-C-HD-OPEN-4",
            buyer: CAIRO,
            begins: "2024-06-23",
            code: "J06AA03-AMP",
            pounds: 1_900_000,
            estimate_permille: 700,
        };
        let failed = self.plain(&it, Vec::new())?;
        self.plots.extend([cancelled, failed]);
        Ok(())
    }
}
