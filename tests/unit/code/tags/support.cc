#include "tests/unit/code/tags/support.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace argosy::code {

std::string definitions(const FileTags& tags) {
  std::string out;
  for (const auto& one : tags.definitions)
    out += fmt::format("{}-{} {} {}{}{}\n", one.line, one.end_line, to_string(one.kind),
                       one.scope.empty() ? "" : std::string(one.scope) + ".", one.name, one.exported ? " *" : "");
  return out;
}

std::string references(const FileTags& tags) {
  std::vector<std::string> out;
  for (const auto& one : tags.references) out.push_back(fmt::format("{} {}{}", one.line, one.name, one.call ? "()" : ""));
  return fmt::format("{}", fmt::join(out, ", "));
}

std::string imports(const FileTags& tags) {
  std::string out;
  for (const auto& one : tags.imports)
    out += fmt::format("{} {}{}\n", one.line, one.module, one.names.empty() ? "" : fmt::format(" {{{}}}", fmt::join(one.names, ", ")));
  return out;
}

FileTags read_tags(const std::string& path, const std::string& text) {
  auto tags = tags_of_file(path, text);
  EXPECT_TRUE(tags.has_value()) << path;
  return tags.value_or(FileTags{});
}

const std::string kPythonSample = R"(import os, a.b as c
from .. import d
from .m import e, f as g
from n import *

LIMIT = 3
name, _hidden = LIMIT, 2

@decorated(os.path)
class Outer(Base):
    field: int = 1

    async def method(self, x, *rest, y: Kind = LIMIT, **more) -> "T":
        def inner(z):
            local = helper(z)
            return local.deep.call(x)
        return inner

    class Inner: pass

def _private(a): return f"{Outer(a)} {e}"
type Alias = Outer
)";
const std::string kJavaScriptSample = R"(import def, { a, b as c } from './m.js';
import * as all from "n";
export * from './re';
export { x as y } from './ex';
const fs = require('fs');
const LIMIT = 3;
function f(p, { q }) { const inner = () => g(p); return inner(); }
class A extends B { #hidden = 1; static s = f; get v() { return this.#hidden; } m(x) { return new C(x).run(); } }
export default A;
export const arrow = async (x) => x.y;
T.prototype.go = function (n) { return n; };
exports.out = function () {};
let object = { key: function () {}, short() {}, plain: LIMIT };
function* gen() {}
export { f };
)";
const std::string kTypeScriptSample = R"(import type { T } from './t';
export interface Shape<K> extends Base { area(x: K): number; readonly side?: number }
export enum Color { Red, Green = 2 }
export type Pair = { left: Shape<T>; right: T };
export abstract class Box implements Shape<T> {
  private size: number = 1;
  constructor(public readonly item: T) { super(); }
  abstract open(): void;
  handler = (e: Event) => this.open();
}
namespace Inner.Deep { export function f(a: Color): Pair { return make<T>(a); } }
declare function g(x: string): void;
)";
const std::string kGoSample = R"(package main

import (
	"fmt"
	m "github.com/x/y"
)

const (
	A, b = 1, 2
)

var Global = m.New(A)

type Shape interface {
	Area(x int) float64
	fmt.Stringer
}
type Box[T any] struct {
	Width, height int
	Inner
}
type id = string

func (b *Box[T]) Area(x int) float64 {
	y, z := compute(x), 2
	var local = y
	return b.height * local * z
}

func main() { fmt.Println(Box[int]{Width: 1}) }
)";
const std::string kJavaSample = R"(package com.example.app;

import java.util.List;
import static java.util.Map.*;

/** Text. */
@Service("x")
public class Outer<T> extends Base implements Runner {
  private static final int LIMIT = 3;
  protected List<T> items, others;
  enum Color { RED, GREEN(1); int code; }
  interface Inner { void run(String s) throws Exception; int MAX = 1; }
  record Point(int x, int y) {}

  public Outer(List<T> items) { this.items = items; }

  @Override
  public <R> R go(R in) {
    List<T> local = new ArrayList<>();
    for (T one : items) local.add(helper(one).value(in));
    return local.stream().map(x -> x.name).get(LIMIT);
  }
}
)";
const std::string kCSample = R"(#include <stdio.h>
#include "common/code/own.h"
#define LIMIT 3
#define MAX(a, b) ((a) > (b) ? (a) : (b))

typedef struct { int width, *data; } box_t;
typedef int (*callback)(void *user);
struct node { struct node *next; box_t box; };
enum color { RED, GREEN = 2 };
static const int kTable[LIMIT] = {1, 2, 3};
extern int other;
int global, *pointer;

int area(const box_t *box, int factor);

static char *
helper(struct node *n, void (*done)(int))
{
  int local = MAX(n->box.width, LIMIT);
  done(local);
  return area(&n->box, local) ? kTable : 0;
}
)";
const std::string kCppSample = R"(#include <vector>
namespace app::detail {
template <class T, int N = 3>
class Box : public Base<T> {
  int hidden_ = 0;

 public:
  explicit Box(T item) : item_(item) {}
  ~Box();
  T get() const { return item_; }
  Box& operator=(const Box& other);
  struct Inner { int x; };
  enum class Color { red, green };

 private:
  T item_;
};
using Alias = Box<int>;
constexpr int kLimit = 3;
static void hidden() {}
}  // namespace app::detail

namespace {
int local(int x) { return x; }
}
std::string app::Shape::name(int n) const {
  auto box = std::make_unique<app::Box<int>>(n);
  return box->get().render(local(n));
}
)";
const std::string kRustSample = R"(use std::{fmt::{self, Display}, io};
use crate::a::*;
pub mod inner;
mod tests {
    fn check() {}
}
pub const LIMIT: usize = 3;
static mut COUNT: u32 = 0;
macro_rules! twice { ($x:expr) => { $x; $x } }
#[derive(Debug)]
pub struct Point<T> { pub x: T, y: T }
pub enum Shape { Circle(f64), Square { side: f64 } }
pub trait Area { fn area(&self, scale: f64) -> f64; type Out; }
impl<T> Area for Point<T> {
    fn area(&self, scale: f64) -> f64 {
        let local = helper::<T>(self.x);
        println!("{}", local.deep(scale));
        Point { x: local, y: LIMIT }.area(1.0)
    }
}
impl Shape { pub fn new() -> Self { Shape::Circle(1.0) } fn own() {} }
)";

}  // namespace argosy::code
