//! `sijill.registry.v1.RegistryService`: commands to the registers.
//!
//! Not here: the record of an imported file, which the import itself writes when it has read the file to its end.

mod disclosing;
#[cfg(test)]
mod tests;

use sijill_ledger_core::codec::DecodeError;
use sijill_ledger_core::codec::payload::Payload;
use sijill_ledger_core::domain::committee::{self, Committee};
use sijill_ledger_core::domain::facility::{self, Facility};
use sijill_ledger_core::domain::item::{self, Item};
use sijill_ledger_core::domain::migration::{self, Migration};
use sijill_ledger_core::domain::official::{self, Official};
use sijill_ledger_core::domain::organization::{self, Organization};
use sijill_ledger_core::domain::ruleset::{self, Ruleset};
use sijill_schemas::registry::v1 as pb;
use sijill_schemas::types::v1::CommandResponse;
use tonic::{Request, Response, Status};

use super::authority::Acting;
use super::command::{Commands, Target, commands};

/// The service.
#[derive(Clone)]
pub struct Registry {
    commands: Commands,
}

impl Registry {
    /// Over this ledger.
    pub const fn new(commands: Commands) -> Self {
        Self { commands }
    }
}

/// Streams that are named by a field of the request.
macro_rules! subjects {
    ($($field:ident = $aggregate:ident),* $(,)?) => {$(
        fn $field(id: String, payload: &mut Payload<'_>) -> Result<Target<$aggregate>, DecodeError> {
            let id = payload.take(id, stringify!($field))?;
            Ok($aggregate::stream(&id).into())
        }
    )*};
}

subjects! {
    organization = Organization,
    official = Official,
    committee = Committee,
    item = Item,
}

/// A facility, for which the caller acts.
fn facility(id: String, payload: &mut Payload<'_>) -> Result<Target<Facility>, DecodeError> {
    let facility = payload.take(id, "facility")?;
    let stream = Facility::stream(&facility);
    let acting = Acting::For(facility);
    Ok(Target::own(stream, acting))
}

commands! {
    pb::registry_service_server::RegistryService => Registry in "sijill.registry.v1";

    register_organization RegisterOrganization(RegisterOrganizationRequest) => Organization: |it, payload| (
        organization(it.organization, payload)?,
        organization::Command::Register(payload.required(it.registration, "registration")?),
    );
    amend_organization AmendOrganization(AmendOrganizationRequest) => Organization: |it, payload| (
        organization(it.organization, payload)?,
        organization::Command::Amend(payload.required(it.amendment, "amendment")?),
    );
    confirm_bank_account ConfirmBankAccount(ConfirmBankAccountRequest) => Organization: |it, payload| (
        organization(it.organization, payload)?,
        organization::Command::ConfirmAccount(payload.required(it.confirmation, "confirmation")?),
    );
    debar_supplier DebarSupplier(DebarSupplierRequest) => Organization: |it, payload| (
        organization(it.organization, payload)?,
        organization::Command::Debar(payload.required(it.debarment, "debarment")?),
    );
    reinstate_supplier ReinstateSupplier(ReinstateSupplierRequest) => Organization: |it, payload| (
        organization(it.organization, payload)?,
        organization::Command::Reinstate(payload.required(it.reinstatement, "reinstatement")?),
    );
    propose_organization_key ProposeOrganizationKey(ProposeOrganizationKeyRequest) => Organization: |it, payload| (
        organization(it.organization, payload)?,
        organization::Command::ProposeKey(payload.required(it.proposal, "proposal")?),
    );
    enrol_organization_key EnrolOrganizationKey(EnrolOrganizationKeyRequest) => Organization: |it, payload| (
        organization(it.organization, payload)?,
        organization::Command::EnrolKey(payload.required(it.enrolment, "enrolment")?),
    );
    revoke_organization_key RevokeOrganizationKey(RevokeOrganizationKeyRequest) => Organization: |it, payload| (
        organization(it.organization, payload)?,
        organization::Command::RevokeKey(payload.required(it.revocation, "revocation")?),
    );
    report_organization_key_compromise ReportOrganizationKeyCompromise(ReportOrganizationKeyCompromiseRequest) => Organization: |it, payload| (
        organization(it.organization, payload)?,
        organization::Command::ReportCompromise(payload.required(it.compromise, "compromise")?),
    );
    appoint_official AppointOfficial(AppointOfficialRequest) => Official: |it, payload| (
        official(it.official, payload)?,
        official::Command::Appoint(payload.required(it.appointment, "appointment")?),
    );
    delegate_authority DelegateAuthority(DelegateAuthorityRequest) => Official: |it, payload| (
        official(it.official, payload)?,
        official::Command::Delegate(payload.required(it.delegation, "delegation")?),
    );
    appoint_acting AppointActing(AppointActingRequest) => Official: |it, payload| (
        official(it.official, payload)?,
        official::Command::AppointActing(payload.required(it.appointment, "appointment")?),
    );
    leave_position LeavePosition(LeavePositionRequest) => Official: |it, payload| (
        official(it.official, payload)?,
        official::Command::Leave(payload.required(it.departure, "departure")?),
    );
    declare_conflict DeclareConflict(DeclareConflictRequest) => Official: |it, payload| (
        official(it.official, payload)?,
        official::Command::DeclareConflict(payload.required(it.conflict, "conflict")?),
    );
    withdraw_conflict WithdrawConflict(WithdrawConflictRequest) => Official: |it, payload| (
        official(it.official, payload)?,
        official::Command::WithdrawConflict(payload.required(it.withdrawal, "withdrawal")?),
    );
    propose_official_key ProposeOfficialKey(ProposeOfficialKeyRequest) => Official: |it, payload| (
        official(it.official, payload)?,
        official::Command::ProposeKey(payload.required(it.proposal, "proposal")?),
    );
    enrol_official_key EnrolOfficialKey(EnrolOfficialKeyRequest) => Official: |it, payload| (
        official(it.official, payload)?,
        official::Command::EnrolKey(payload.required(it.enrolment, "enrolment")?),
    );
    revoke_official_key RevokeOfficialKey(RevokeOfficialKeyRequest) => Official: |it, payload| (
        official(it.official, payload)?,
        official::Command::RevokeKey(payload.required(it.revocation, "revocation")?),
    );
    report_official_key_compromise ReportOfficialKeyCompromise(ReportOfficialKeyCompromiseRequest) => Official: |it, payload| (
        official(it.official, payload)?,
        official::Command::ReportCompromise(payload.required(it.compromise, "compromise")?),
    );
    form_committee FormCommittee(FormCommitteeRequest) => Committee: |it, payload| (
        committee(it.committee, payload)?,
        committee::Command::Form(payload.required(it.formation, "formation")?),
    );
    replace_member ReplaceMember(ReplaceMemberRequest) => Committee: |it, payload| (
        committee(it.committee, payload)?,
        committee::Command::Replace(payload.required(it.replacement, "replacement")?),
    );
    sign_minutes SignMinutes(SignMinutesRequest) => Committee: |it, payload| (
        committee(it.committee, payload)?,
        committee::Command::SignMinutes(payload.required(it.minutes, "minutes")?),
    );
    draw_up_minutes DrawUpMinutes(DrawUpMinutesRequest) => Committee: |it, payload| (
        committee(it.committee, payload)?,
        committee::Command::DrawUp(payload.required(it.minutes, "minutes")?),
    );
    sign_as_member SignAsMember(SignAsMemberRequest) => Committee: |it, payload| (
        committee(it.committee, payload)?,
        committee::Command::Sign(payload.required(it.signature, "signature")?),
    );
    dissolve_committee DissolveCommittee(DissolveCommitteeRequest) => Committee: |it, payload| (
        committee(it.committee, payload)?,
        committee::Command::Dissolve(payload.required(it.dissolution, "dissolution")?),
    );
    open_facility OpenFacility(OpenFacilityRequest) => Facility: |it, payload| (
        facility(it.facility, payload)?,
        facility::Command::Open(payload.required(it.opening, "opening")?),
    );
    amend_facility AmendFacility(AmendFacilityRequest) => Facility: |it, payload| (
        facility(it.facility, payload)?,
        facility::Command::Amend(payload.required(it.amendment, "amendment")?),
    );
    set_assortment SetAssortment(SetAssortmentRequest) => Facility: |it, payload| (
        facility(it.facility, payload)?,
        facility::Command::SetAssortment(payload.required(it.assortment, "assortment")?),
    );
    hand_over_custody HandOverCustody(HandOverCustodyRequest) => Facility: |it, payload| (
        facility(it.facility, payload)?,
        facility::Command::HandOver(payload.required(it.handover, "handover")?),
    );
    close_facility CloseFacility(CloseFacilityRequest) => Facility: |it, payload| (
        facility(it.facility, payload)?,
        facility::Command::Close(payload.required(it.closure, "closure")?),
    );
    register_item RegisterItem(RegisterItemRequest) => Item: |it, payload| (
        item(it.item, payload)?,
        item::Command::List(payload.required(it.listing, "listing")?),
    );
    amend_item AmendItem(AmendItemRequest) => Item: |it, payload| (
        item(it.item, payload)?,
        item::Command::Amend(payload.required(it.amendment, "amendment")?),
    );
    set_reference_price SetReferencePrice(SetReferencePriceRequest) => Item: |it, payload| (
        item(it.item, payload)?,
        item::Command::SetReferencePrice(payload.required(it.reference, "reference")?),
    );
    delist_item DelistItem(DelistItemRequest) => Item: |it, payload| (
        item(it.item, payload)?,
        item::Command::Delist(payload.required(it.delisting, "delisting")?),
    );
    propose_ruleset ProposeRuleset(ProposeRulesetRequest) => Ruleset: |it, payload| (
        Ruleset::national().into(),
        ruleset::Command::Propose {
            rules: payload.required(it.rules, "rules")?,
            reason: payload.take(it.reason, "reason")?,
        },
    );
    adopt_ruleset AdoptRuleset(AdoptRulesetRequest) => Ruleset: |it, _payload| (
        Ruleset::national().into(),
        ruleset::Command::Adopt { version: it.version },
    );
    propose_migration_closure ProposeMigrationClosure(ProposeMigrationClosureRequest) => Migration: |it, payload| (
        Migration::national().into(),
        migration::Command::ProposeClosure(payload.required(it.closure, "closure")?),
    );
    close_migration CloseMigration(CloseMigrationRequest) => Migration: |_it, _payload| (
        Migration::national().into(),
        migration::Command::Close,
    );

    @alone {
        async fn disclose_part(
            &self,
            request: Request<pb::DisclosePartRequest>,
        ) -> Result<Response<CommandResponse>, Status> {
            disclosing::disclose(&self.commands, request).await
        }

        async fn erase_part(
            &self,
            request: Request<pb::ErasePartRequest>,
        ) -> Result<Response<CommandResponse>, Status> {
            disclosing::erase(&self.commands, request).await
        }
    }
}
