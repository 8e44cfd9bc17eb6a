//! Why a node could not be opened, or cannot go on.

use std::io;

use crate::explain::refusals;
use crate::store::{ReadError, embedded};

/// Why a node of a ledger on a cluster could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The mirror's directory cannot be opened.
    #[error(transparent)]
    Mirror(#[from] embedded::OpenError),
    /// The mirror's last entry cannot be read.
    #[error("the mirror cannot be read: {0}")]
    MirrorUnreadable(#[from] ReadError),
    /// The cluster, or its log.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    /// The operating system failed.
    #[error("no thread for the cluster's client: {0}")]
    Io(#[from] io::Error),
}

refusals! {
    /// Why a cluster cannot be a node's store, or not any more.
    pub enum ClusterError {
        /// The options make no sense.
        Options {
            /// Why.
            why: String,
        } = "CLUSTER_OPTIONS",
            "عنوان العنقود أو خياراته لا تصلح: {why}؛ مثاله: ‎kurrentdb://user:password@host1:2113,host2:2113,host3:2113‎",
            "the cluster's address or options make no sense: {why}; such as kurrentdb://user:password@host1:2113,host2:2113,host3:2113";
        /// The cluster does not answer.
        Unreachable {
            /// What was said last.
            why: String,
        } = "CLUSTER_UNREACHABLE",
            "العنقود لا يجيب: {why}؛ تحقق أنه يعمل وأن هذا الجهاز يصل إليه",
            "the cluster does not answer: {why}; see that it runs, and that this machine may reach it";
        /// The cluster refuses what is asked of it.
        Refused {
            /// What it says.
            why: String,
        } = "CLUSTER_REFUSES",
            "العنقود يرفض: {why}؛ راجع اسم المستخدم وكلمة مروره وصلاحياته في العنوان",
            "the cluster refuses: {why}; see the user's name, password and rights in the connection string";
        /// The cluster holds another log.
        OtherLog {
            /// The origin of the mirror.
            expected: String,
            /// The origin found on the cluster.
            found: String,
        } = "CLUSTER_OTHER_LOG",
            "في العنقود السجل {found:?} لا {expected:?}؛ سمِّ عنقود هذا السجل، أو هوية السجل الذي فيه",
            "the cluster holds the log {found:?}, not {expected:?}; name its own cluster, or the origin that is there";
        /// The cluster is in use, and nothing can be moved there.
        InUse = "CLUSTER_IN_USE",
            "في العنقود سجل من قبل، لم يُنقل إليه من هذا المجلد كما هو الآن؛ انقل إلى عنقود جديد، أو أكمل النقل من المجلد نفسه دون أن يُكتب فيه",
            "the cluster has a log already that was not moved there from this directory as it is now; move it to a new cluster, or go on from the same directory without writing to it in between";
        /// The mirror has entries that the cluster does not have.
        Ahead {
            /// How many entries the mirror has.
            entries: u64,
            /// The stream of the last one, as the cluster names it.
            stream: String,
            /// Its revision there.
            revision: u64,
        } = "MIRROR_AHEAD_OF_CLUSTER",
            "في مرآة هذه العقدة {entries} قيدًا وليس آخرها في العنقود ({stream}@{revision}): أُعيد العنقود من نسخة أقدم، أو هذه مرآة سجل آخر؛ أعد العنقود من أحدث نسخة",
            "the mirror has {entries} entries, but the cluster lacks the last of them ({stream}@{revision}): the cluster was restored from an older copy, or this is the mirror of another log; restore the cluster from its newest copy";
        /// The mirror has another entry than the cluster.
        Different {
            /// Its index.
            index: u64,
        } = "CLUSTER_HISTORY_CHANGED",
            "القيد {index} في العنقود غيره في هذه المرآة: أُعيد العنقود من نسخة أقدم، أو هذه مرآة سجل آخر؛ احفظ الاثنين دليلًا، ولا تبدأ مرآة جديدة في مجلد جديد قبل معرفة السبب",
            "the entry at index {index} is another one on the cluster than in this mirror: the cluster was restored from an older copy, or this is the mirror of another log; keep both as evidence, and mirror into a new directory only once it is known why";
        /// An event that claims to be an entry and is none.
        NoEntry {
            /// The stream, as the cluster names it.
            stream: String,
            /// Its revision there.
            revision: u64,
            /// What is wrong with it.
            why: String,
        } = "CLUSTER_FOREIGN_EVENT",
            "الحدث {stream}@{revision} في العنقود ليس قيدًا: {why}؛ لا يكتب هناك إلا سجل، فراجع صلاحيات العنقود",
            "the event {stream}@{revision} on the cluster is no entry: {why}; only Sijill may write there, see its access rules";
        /// The mirror takes no entries, or cannot be read.
        Mirror {
            /// Why.
            why: String,
        } = "CLUSTER_MIRROR_STOPPED",
            "لا تقبل مرآة هذه العقدة سجل العنقود: {why}؛ أصلح القرص ثم أعد التشغيل، فتتابع من حيث وقفت",
            "this node's mirror does not take the cluster's log: {why}; mend the disk and start again, which goes on where it ended";
    }
}
