//! Messages of the schemas as people write and read them: JSON, without generated code.
//!
//! The JSON is protobuf's own mapping, with the fields' names as the schemas have them; and beside it, the shorter forms of
//! [`forms`], in both directions, so that what is printed can be sent again.

mod defect;
pub mod forms;
pub mod shape;

use std::sync::LazyLock;

use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor, SerializeOptions};
use serde_json::Value;

use super::errors::{Bilingual, Failure};

/// All that the schemas declare.
pub fn pool() -> Result<&'static DescriptorPool, Failure> {
    static POOL: LazyLock<Result<DescriptorPool, String>> = LazyLock::new(|| {
        let pool = DescriptorPool::decode(sijill_schemas::FILE_DESCRIPTOR_SET);
        pool.map_err(|error| error.to_string())
    });
    // The descriptors are made with the program: a defect of it.
    POOL.as_ref().map_err(|what| Failure::Io {
        path: "descriptors".into(),
        what: what.clone(),
    })
}

/// A message by its full name, such as `sijill.events.v1.FinancialBid`.
pub fn message(name: &str) -> Result<MessageDescriptor, Failure> {
    let found = pool()?.get_message_by_name(name);
    found.ok_or_else(|| Failure::Io {
        path: "descriptors".into(),
        what: name.to_owned(),
    })
}

/// A message out of protobuf's JSON. Fields that the schema does not know are refused.
pub fn parsed(message: &MessageDescriptor, json: &Value) -> Result<DynamicMessage, Bilingual> {
    DynamicMessage::deserialize(message.clone(), json).map_err(|error| {
        let name = message.full_name();
        let defect = defect::found(message, json);
        let Bilingual { ar, en } = defect.map_or_else(
            || Bilingual::new(error.to_string(), error.to_string()),
            |defect| defect.told(),
        );
        Bilingual::new(
            format!("لا يُقرأ طلبًا من نوع {name}: {ar}؛ صورته يطبعها `sijill call --shape`"),
            format!(
                "it cannot be read as {name}: {en}; `sijill call --shape` prints what it looks like"
            ),
        )
    })
}

/// A message as it is printed: every field, in the shorter forms.
pub fn shown(message: &DynamicMessage) -> Result<Value, serde_json::Error> {
    let options = SerializeOptions::new()
        .use_proto_field_name(true)
        .stringify_64_bit_integers(false)
        .skip_default_fields(false);
    let mut json = message.serialize_with_options(serde_json::value::Serializer, &options)?;
    forms::shorten(
        &mut json,
        &prost_reflect::ReflectMessage::descriptor(message),
    );
    Ok(json)
}
