//! Where states and edges stand in the drawing.
