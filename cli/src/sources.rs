//! Who said what: for each setting, the place whose word counts, and those it goes before. What a setting means is not here.

use std::env;
use std::path::Path;

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, CommandFactory};
use toml::{Table, Value};

use crate::options::Options;

/// One line for each setting that somebody said: its value, and where it was said. `matches` are those of the subcommand,
/// `file` is what `--config` names.
pub fn sources(matches: &ArgMatches, file: Option<(&Path, &Table)>) -> Vec<String> {
    let command = Options::command();
    let arguments = command.get_subcommands().find(|sub| sub.get_name() == "check-config");
    let said = arguments.into_iter().flat_map(|sub| sub.get_arguments()).filter_map(|arg| line(arg, matches, file));
    let lines: Vec<_> = said.collect();
    if lines.is_empty() { vec!["set: nothing; all is as usual".to_owned()] } else { lines }
}

fn line(arg: &Arg, matches: &ArgMatches, file: Option<(&Path, &Table)>) -> Option<String> {
    let name = arg.get_long()?;
    let variable = arg.get_env()?.to_string_lossy();
    let in_file = file.and_then(|(path, table)| Some((path.display().to_string(), table.get(name)?)));
    let by_command = matches.value_source(arg.get_id().as_str()) == Some(ValueSource::CommandLine);
    let in_environment = env::var_os(&*variable).is_some();
    let mut places = Vec::new();
    places.extend(by_command.then(|| format!("--{name}")));
    places.extend(in_environment.then(|| variable.to_string()));
    let value = match (places.is_empty(), &in_file) {
        (true, None) => return None,
        (true, Some((_, value))) => written(value),
        (false, _) => {
            let raw = matches.get_raw(arg.get_id().as_str()).into_iter().flatten();
            raw.map(|value| value.to_string_lossy()).collect::<Vec<_>>().join(", ")
        }
    };
    places.extend(in_file.map(|(path, _)| path));
    let (first, others) = places.split_first()?;
    let before =
        if others.is_empty() { String::new() } else { format!(", which goes before {}", others.join(" and ")) };
    Some(format!("set: {name} = {value}, by {first}{before}"))
}

/// A value of the file as the command line would have it.
fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        Value::Boolean(yes) => yes.to_string(),
        Value::Array(all) => all.iter().map(written).collect::<Vec<_>>().join(", "),
        // No setting is one of these.
        Value::Float(_) | Value::Datetime(_) | Value::Table(_) => String::new(),
    }
}
