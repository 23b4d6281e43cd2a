//! The icons: one sprite for the page, and references to it.

use yew::prelude::*;

/// The sprite; rendered once.
pub fn sprite() -> Html {
    let symbol = |(name, path): &(&str, &'static str)| {
        html! { <symbol id={format!("i-{name}")} viewBox="0 0 16 16"><path d={*path} /></symbol> }
    };
    html! { <svg class="sprite" width="0" height="0" aria-hidden="true"><defs>{ for ICONS.iter().map(symbol) }</defs></svg> }
}

/// An icon of the sprite; the words beside it say what it means.
pub fn icon(name: &'static str) -> Html {
    debug_assert!(ICONS.iter().any(|(known, _)| *known == name), "no icon {name}");
    html! { <svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><use href={format!("#i-{name}")} /></svg> }
}

/// The icon of this name, if there is one.
pub fn named(name: &str) -> Html {
    ICONS.iter().find(|(known, _)| *known == name).map(|(name, _)| icon(name)).unwrap_or_default()
}

/// The mark of the project.
pub fn mark() -> Html {
    html! {
        <svg class="bar__mark" viewBox="0 0 26 26" aria-hidden="true">
            <rect class="mark__sheet" x="1" y="3" width="24" height="20" rx="4" />
            <path class="mark__said" d="M6 10.5h10.5m-3-3 3 3-3 3" />
            <path class="mark__heard" d="M20 17.5H9.5" />
        </svg>
    }
}

const ICONS: &[(&str, &str)] = &[
    ("book", "M8 4c-1.6-1-3.6-1.3-6-1.2v9.4c2.4-.1 4.4.2 6 1.2 1.6-1 3.6-1.3 6-1.2V2.8C11.6 2.7 9.6 3 8 4zM8 4v9.4"),
    ("chat", "M2 3.2h12v7.6H7.5L4.5 13.5v-2.7H2z"),
    ("check", "m3 8.5 3.2 3.2L13 4.8"),
    ("chev", "m6 3.5 4.5 4.5L6 12.5"),
    ("close", "M4 4l8 8M12 4l-8 8"),
    (
        "cut",
        "M5.75 4.5a1.75 1.75 0 1 1-3.5 0 1.75 1.75 0 1 1 3.5 0zM5.75 11.5a1.75 1.75 0 1 1-3.5 0 1.75 1.75 0 1 1 3.5 0z\
         M5.5 5.5 14 12M5.5 10.5 14 4",
    ),
    (
        "diagram",
        "M2.5 2h3a1 1 0 0 1 1 1v1.6a1 1 0 0 1-1 1h-3a1 1 0 0 1-1-1V3a1 1 0 0 1 1-1zM10.5 10.4h3a1 1 0 0 1 1 1V13a1 1 0 0 1-1 1h-3a1 1 0 0 1-1-1v-1.6a1 1 0 0 1 1-1zM6.5 3.8H12v6.3M10.3 8.5 12 10.4l1.7-1.9",
    ),
    ("down", "m3.5 6 4.5 4.5L12.5 6"),
    ("error", "M5.3 1.8h5.4l3.5 3.5v5.4l-3.5 3.5H5.3l-3.5-3.5V5.3zM5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4"),
    ("half", "M14 8a6 6 0 1 1-12 0 6 6 0 1 1 12 0zM8 2v12M10.6 2.6v10.8M13.1 4.9v6.2"),
    ("info", "M14.2 8a6.2 6.2 0 1 1-12.4 0 6.2 6.2 0 1 1 12.4 0zM8 7.2v4M8 4.9v.1"),
    ("key", "M13.7 5.3a3 3 0 1 1-6 0 3 3 0 1 1 6 0zM8.6 7.5 2.6 13.4M4.4 11.6l1.8 1.8"),
    ("letter", "M2.3 3.2h11.4v9.6H2.3zM2.5 4.2 8 8.6l5.5-4.4"),
    (
        "lock",
        "M4.5 7h7A1.5 1.5 0 0 1 13 8.5v4a1.5 1.5 0 0 1-1.5 1.5h-7A1.5 1.5 0 0 1 3 12.5v-4A1.5 1.5 0 0 1 4.5 7zM5 7V5a3 3 0 0 1 6 0v2",
    ),
    ("moon", "M13.6 9.7A6 6 0 1 1 6.3 2.4a4.8 4.8 0 0 0 7.3 7.3z"),
    (
        "open",
        "M4.5 7h7A1.5 1.5 0 0 1 13 8.5v4a1.5 1.5 0 0 1-1.5 1.5h-7A1.5 1.5 0 0 1 3 12.5v-4A1.5 1.5 0 0 1 4.5 7zM5 7V5a3 3 0 0 1 5.8-1",
    ),
    ("page", "M3.5 1.8h6l3 3v9.4h-9zM9.5 1.8v3h3"),
    ("parts", "M3 2.5v9.5h4M3 6.5h4M8 4.7h6v3.6H8zM8 10.2h6v3.6H8z"),
    ("plug", "M6 1.8v3M10 1.8v3M4 4.8h8v2.7a4 4 0 0 1-8 0zM8 11.5v2.7"),
    ("save", "M8 2.5v7.5M4.8 7 8 10.2 11.2 7M2.5 13.5h11"),
    ("screen", "M2.8 2.5h10.4a1 1 0 0 1 1 1V10a1 1 0 0 1-1 1H2.8a1 1 0 0 1-1-1V3.5a1 1 0 0 1 1-1zM8 11v3M5 14h6"),
    ("send", "M13 3.5v4a2 2 0 0 1-2 2H3.5M6.3 6.7 3.5 9.5l2.8 2.8"),
    (
        "server",
        "M3.5 2.5h9a1 1 0 0 1 1 1V6a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1V3.5a1 1 0 0 1 1-1zM3.5 9h9a1 1 0 0 1 1 1v2.5a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1V10a1 1 0 0 1 1-1zM5 4.8h.1M5 11.3h.1",
    ),
    (
        "sun",
        "M10.8 8a2.8 2.8 0 1 1-5.6 0 2.8 2.8 0 1 1 5.6 0zM8 1.5v1.3M8 13.2v1.3M1.5 8h1.3M13.2 8h1.3M3.4 3.4l.9.9\
         M11.7 11.7l.9.9M12.6 3.4l-.9.9M4.3 11.7l-.9.9",
    ),
    (
        "tape",
        "M6.6 7.5a2.3 2.3 0 1 1-4.6 0 2.3 2.3 0 1 1 4.6 0zM14 7.5a2.3 2.3 0 1 1-4.6 0 2.3 2.3 0 1 1 4.6 0zM4.3 9.8h7.4",
    ),
    (
        "term",
        "M3 2.5h10A1.5 1.5 0 0 1 14.5 4v8a1.5 1.5 0 0 1-1.5 1.5H3A1.5 1.5 0 0 1 1.5 12V4A1.5 1.5 0 0 1 3 2.5zM4.3 6l2.2 2-2.2 2M8.3 10.5h3.2",
    ),
    ("text", "M3 3.5h10M3 6.5h10M3 9.5h10M3 12.5h6"),
    ("warn", "M8 2.2 14.3 13.3H1.7zM8 6.4v3.4M8 11.6v.1"),
    ("you", "M10.7 5.3a2.7 2.7 0 1 1-5.4 0 2.7 2.7 0 1 1 5.4 0zM2.8 13.8c.5-3 2.5-4.4 5.2-4.4s4.7 1.4 5.2 4.4"),
];
