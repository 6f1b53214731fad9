//! One file per delivery kind: its rate limits, and the calls to Slack of an attempt. The registry in
//! `domain/delivery` lists them.

use crate::domain::for_each_delivery;

macro_rules! modules {
    ($($module:ident: $payload:ident,)*) => {
        $(pub(crate) mod $module;)*
    };
}

for_each_delivery!(modules);
