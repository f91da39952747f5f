//! The tree of an HTML page, built by html5ever's tree builder within the limits of a document.
//!
//! A tree of our own rather than a ready one because it must be able to stop: a few kilobytes of unclosed formatting
//! elements make the HTML algorithm repeat them a million times.

use std::borrow::Cow;
use std::cell::{Cell, Ref, RefCell};

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{Attribute, LocalName, Namespace, QualName};

use super::super::error::Problem;
use super::super::limits::Meter;

/// Deeper elements are refused: the algorithm looks through all open elements for every tag.
const DEEPEST: usize = 3_000;

/// A node by its place in the tree's arena.
pub(super) type Id = usize;

/// The tree of a page.
#[derive(Debug)]
pub(super) struct Dom {
    nodes: Vec<Node>,
}

#[derive(Debug)]
struct Node {
    parent: Option<Id>,
    children: Vec<Id>,
    depth: usize,
    /// The tag; empty for what is not an element.
    name: QualName,
    attributes: Vec<(LocalName, String)>,
    text: Option<String>,
}

impl Dom {
    /// Parses a page, or a piece of one.
    pub(super) fn parse(html: &str, meter: &Meter) -> Result<Self, Problem> {
        let mut parser = html5ever::parse_document(Sink::new(meter), Default::default());
        let mut rest = html;
        while !rest.is_empty() {
            meter.tick()?;
            let mut end = rest.len().min(64 << 10);
            while !rest.is_char_boundary(end) {
                end -= 1;
            }
            let (chunk, tail) = rest.split_at(end);
            parser.process(StrTendril::from(chunk));
            rest = tail;
        }
        Ok(parser.finish())
    }

    pub(super) const ROOT: Id = 0;

    /// The tag name, in lower case; empty for text.
    pub(super) fn tag(&self, id: Id) -> &str {
        &self.nodes[id].name.local
    }

    pub(super) fn text(&self, id: Id) -> Option<&str> {
        self.nodes[id].text.as_deref()
    }

    pub(super) fn attribute(&self, id: Id, name: &str) -> Option<&str> {
        self.nodes[id].attributes.iter().find(|(n, _)| **n == *name).map(|(_, value)| value.as_str())
    }

    pub(super) fn children(&self, id: Id) -> &[Id] {
        &self.nodes[id].children
    }

    pub(super) fn parent(&self, id: Id) -> Option<Id> {
        self.nodes[id].parent
    }

    /// Number of nodes; ids are below it.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The node and all below it, in document order, without those below a node that `enter` refuses.
    pub(super) fn walk(&self, from: Id, enter: impl Fn(Id) -> bool) -> Vec<Id> {
        let mut found = Vec::new();
        let mut open = vec![from];
        while let Some(id) = open.pop() {
            if enter(id) {
                found.push(id);
                open.extend(self.children(id).iter().rev());
            }
        }
        found
    }

    /// The first element with this tag, in document order.
    pub(super) fn find(&self, from: Id, tag: &str) -> Option<Id> {
        self.walk(from, |_| true).into_iter().find(|id| self.tag(*id) == tag)
    }
}

/// Receives the tree from the parser.
struct Sink<'a> {
    meter: &'a Meter,
    nodes: RefCell<Vec<Node>>,
    created: Cell<usize>,
}

impl<'a> Sink<'a> {
    fn new(meter: &'a Meter) -> Self {
        let sink = Self { meter, nodes: RefCell::default(), created: Cell::new(0) };
        sink.create(nameless(), Vec::new(), None);
        sink
    }

    fn create(&self, name: QualName, attributes: Vec<Attribute>, text: Option<String>) -> Id {
        let limit = self.meter.limits().max_nodes;
        let count = self.created.get() + 1;
        self.created.set(count);
        if count > limit {
            stop(Problem::TooMuch { what: "HTML elements", limit });
        }
        if count.is_multiple_of(256)
            && let Err(problem) = self.meter.tick()
        {
            stop(problem);
        }
        let attributes = attributes.into_iter().map(|a| (a.name.local, a.value.to_string())).collect();
        let mut nodes = self.nodes.borrow_mut();
        nodes.push(Node { parent: None, children: Vec::new(), depth: 0, name, attributes, text });
        nodes.len() - 1
    }

    /// Puts `child` into `parent` at a place among its children.
    fn insert(&self, parent: Id, at: usize, child: NodeOrText<Id>) {
        let child = match child {
            NodeOrText::AppendNode(id) => id,
            NodeOrText::AppendText(text) => {
                let mut nodes = self.nodes.borrow_mut();
                let before = at.checked_sub(1).map(|i| nodes[parent].children[i]);
                if let Some(before) = before.and_then(|id| nodes[id].text.as_mut()) {
                    before.push_str(&text);
                    return;
                }
                drop(nodes);
                self.create(nameless(), Vec::new(), Some(text.to_string()))
            }
        };
        self.detach(child);
        let mut nodes = self.nodes.borrow_mut();
        let depth = nodes[parent].depth + 1;
        if depth > DEEPEST {
            drop(nodes);
            stop(Problem::TooDeep { limit: DEEPEST });
        }
        nodes[child].parent = Some(parent);
        nodes[child].depth = depth;
        let at = at.min(nodes[parent].children.len());
        nodes[parent].children.insert(at, child);
    }

    fn detach(&self, id: Id) {
        let mut nodes = self.nodes.borrow_mut();
        if let Some(parent) = nodes[id].parent.take()
            && let Some(at) = nodes[parent].children.iter().rposition(|c| *c == id)
        {
            nodes[parent].children.remove(at);
        }
    }
}

/// Leaves the parser, which has no way of its own to stop. The worker that runs every reader takes the problem out.
fn stop(problem: Problem) -> ! {
    std::panic::resume_unwind(Box::new(problem))
}

fn nameless() -> QualName {
    QualName::new(None, Namespace::default(), LocalName::default())
}

impl TreeSink for Sink<'_> {
    type Handle = Id;
    type Output = Dom;
    type ElemName<'n>
        = Ref<'n, QualName>
    where
        Self: 'n;

    fn finish(self) -> Dom {
        Dom { nodes: self.nodes.into_inner() }
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> Id {
        Dom::ROOT
    }

    fn elem_name<'n>(&'n self, target: &'n Id) -> Ref<'n, QualName> {
        Ref::map(self.nodes.borrow(), |nodes| &nodes[*target].name)
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, _: ElementFlags) -> Id {
        self.create(name, attributes, None)
    }

    fn create_comment(&self, _: StrTendril) -> Id {
        self.create(nameless(), Vec::new(), None)
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Id {
        self.create(nameless(), Vec::new(), None)
    }

    fn append(&self, parent: &Id, child: NodeOrText<Id>) {
        let end = self.nodes.borrow()[*parent].children.len();
        self.insert(*parent, end, child);
    }

    fn append_before_sibling(&self, sibling: &Id, child: NodeOrText<Id>) {
        let place = {
            let nodes = self.nodes.borrow();
            let parent = nodes[*sibling].parent;
            parent.and_then(|p| Some((p, nodes[p].children.iter().rposition(|c| c == sibling)?)))
        };
        if let Some((parent, at)) = place {
            self.insert(parent, at, child);
        }
    }

    fn append_based_on_parent_node(&self, element: &Id, before: &Id, child: NodeOrText<Id>) {
        let has_parent = self.nodes.borrow()[*element].parent.is_some();
        if has_parent { self.append_before_sibling(element, child) } else { self.append(before, child) }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    /// A template's contents are never shown; here they are simply its children.
    fn get_template_contents(&self, target: &Id) -> Id {
        *target
    }

    fn same_node(&self, x: &Id, y: &Id) -> bool {
        x == y
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn add_attrs_if_missing(&self, target: &Id, attributes: Vec<Attribute>) {
        let node = &mut self.nodes.borrow_mut()[*target];
        for attribute in attributes {
            if !node.attributes.iter().any(|(name, _)| *name == attribute.name.local) {
                node.attributes.push((attribute.name.local, attribute.value.to_string()));
            }
        }
    }

    fn remove_from_parent(&self, target: &Id) {
        self.detach(*target);
    }

    fn reparent_children(&self, node: &Id, new_parent: &Id) {
        let mut nodes = self.nodes.borrow_mut();
        let children = std::mem::take(&mut nodes[*node].children);
        let depth = nodes[*new_parent].depth + 1;
        for child in &children {
            nodes[*child].parent = Some(*new_parent);
            nodes[*child].depth = depth;
        }
        nodes[*new_parent].children.extend(children);
    }
}
