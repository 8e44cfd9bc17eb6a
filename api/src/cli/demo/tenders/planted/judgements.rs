//! What is wrong with how bids are received and judged.

use sijill_ledger_core::domain::values::ValueError;

use super::super::plot::{BidPlot, Twist, both};
use super::{CAIRO, GIZA, MINISTRY, Purchase, Told};

impl Told<'_> {
    pub(super) fn lowest_out(&mut self) -> Result<(), ValueError> {
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

    pub(super) fn late(&mut self) -> Result<(), ValueError> {
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

    pub(super) fn upheld(&mut self) -> Result<(), ValueError> {
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
            "شكوى قُبلت: سقطت الترسية وأُعيد البت وفاز الشاكي",
            "a complaint is upheld: the award falls, is made anew, and the complainer wins",
        );
        Ok(())
    }

    pub(super) fn forgotten(&mut self) -> Result<(), ValueError> {
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

    pub(super) fn departure(&mut self) -> Result<(), ValueError> {
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
}
