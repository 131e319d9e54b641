// What outside of the repository may go by the name of a method or field of Go: foreign interfaces and types, encodings, templates,
// reflection.
#include <algorithm>
#include <array>

#include "common/code/places.h"
#include "common/code/renaming/members/go/search.h"

namespace argosy::code::go_members {
namespace {

// What interfaces of the standard library ask for.
constexpr std::string_view kStandard =
    " String GoString Format Error Unwrap Is As Read Write Close Seek ReadAt WriteAt ReadFrom WriteTo ReadByte WriteByte ReadRune "
    "UnreadByte "
    "UnreadRune WriteString ReadString Len Less Swap Push Pop ServeHTTP RoundTrip Header WriteHeader Flush Hijack CloseNotify MarshalJSON "
    "UnmarshalJSON MarshalText UnmarshalText MarshalBinary UnmarshalBinary AppendText AppendBinary MarshalXML UnmarshalXML MarshalXMLAttr "
    "UnmarshalXMLAttr MarshalYAML UnmarshalYAML GobEncode GobDecode Scan Value Set Get Type Lock Unlock TryLock RLock RUnlock RLocker Done "
    "Err "
    "Deadline Name Size Mode ModTime IsDir Sys Info Open Stat ReadDir ReadFile Glob Sub Enabled Handle WithAttrs WithGroup LogValue Level "
    "Network Addr LocalAddr RemoteAddr SetDeadline SetReadDeadline SetWriteDeadline Accept Dial Timeout Temporary Equal Sum Reset "
    "BlockSize "
    "Sum32 Sum64 Int63 Uint64 Seed At Bounds ColorModel RGBA Convert Public Sign Decrypt Encrypt Generate Begin Commit Rollback Prepare "
    "Exec "
    "Query Next Columns LastInsertId RowsAffected NumInput Driver Connect Import Pos End Visit Underlying Run Cookies SetCookies "
    "PublicSuffix "
    "Verify Overhead Seal CryptBlocks XORKeyStream Cause StackTrace IsBoolFlag ";

struct Encoding {
  std::string_view import, tag;  // a part of the path; empty: no tag says another name
};
constexpr auto kEncodings = std::to_array<Encoding>({{"encoding/json", "json"},
                                                     {"encoding/xml", "xml"},
                                                     {"encoding/gob", ""},
                                                     {"encoding/asn1", ""},
                                                     {"text/template", ""},
                                                     {"html/template", ""},
                                                     {"net/rpc", ""},
                                                     {"reflect", ""},
                                                     {"json", "json"},
                                                     {"yaml", "yaml"},
                                                     {"toml", "toml"},
                                                     {"bson", "bson"},
                                                     {"msgpack", "msgpack"},
                                                     {"mapstructure", "mapstructure"},
                                                     {"gorm", ""},
                                                     {"sqlx", "db"},
                                                     {"schema", "schema"}});
constexpr auto kTemplates = std::to_array<std::string_view>({".tmpl", ".gotmpl", ".tpl", ".gohtml", ".html"});
constexpr auto kTests = std::to_array<std::string_view>(
    {"Test", "Benchmark", "Fuzz", "SetupTest", "SetupSuite", "SetupSubTest", "TearDown", "BeforeTest", "AfterTest", "HandleStats"});

std::string_view path_of(Node import) { return content_of(import.get("path").text()); }

// The import statements of a file.
std::vector<Node> imports_of(const Model& model) {
  std::vector<Node> out;
  for (Node child : model.tree->root().children()) {
    if (!child.is("import_declaration")) continue;
    for (NodeId id = child.id(); id <= child.last_id(); ++id)
      if (const Node node = model.tree->node(id); node.is("import_spec")) out.push_back(node);
  }
  return out;
}

// Whether the tag gives the field a name of its own for the encoding.
bool is_named(std::string_view tag, std::string_view key) {
  const std::string start = std::string(key) + ":\"";
  const auto at = tag.find(start);
  return at != std::string_view::npos && at + start.size() < tag.size() && tag[at + start.size()] != ',' && tag[at + start.size()] != '"';
}

// reflect.DeepEqual and the like go by no name.
bool walks_fields(std::string_view text) {
  return std::ranges::any_of(std::array<std::string_view, 5>{"NumField", "FieldByName", "FieldByNameFunc", "VisibleFields", "Field"},
                             [&](std::string_view word) { return contains_word(text, word); });
}

bool is_template_of(std::string_view text, std::string_view name) { return text.contains("{{") && contains_word(text, name); }

}  // namespace

void Search::check_outside() {
  const bool seen = is_exported(wanted_.name) || is_exported(wanted_.new_name);
  if (!seen) return;
  note_mentions();
  for (const Declaration& one : group_)
    if (one.token.parent().is("field_declaration"))
      check_field(one);
    else
      check_method(one);
}

// Types of other modules satisfy an interface, and what they ask for is satisfied, by names; unless a type of the repository stands in the
// signature, or a name with a small first letter beside it, which nobody outside can write.
void Search::check_method(const Declaration& method) {
  const Node owner = method.token.parent();
  const auto is_known = [](const std::string& name) { return kStandard.contains(" " + name + " "); };
  const bool runs = method.model->path.ends_with("_test.go") &&
                    std::ranges::any_of(kTests, [&](std::string_view start) { return wanted_.name.starts_with(start); });
  // cmp.Equal of the widely used package looks for a method that takes the type itself.
  const bool own = names_ours(*method.model, owner) && wanted_.name != "Equal" && wanted_.new_name != "Equal";
  if (runs || (!own && (is_known(wanted_.name) || is_known(wanted_.new_name))))
    return refuse("name_bound_outside", *method.model, method.token);
  if (owner.is("method_elem")) {
    const Node interface = owner.parent();
    bool closed = false;
    for (Node child : interface.children())
      closed = closed || (child.is("method_elem") && (!is_exported(child.get("name").text()) || names_ours(*method.model, child)));
    if (!closed) refuse("name_bound_outside", *method.model, method.token);
    return;
  }
  const auto type = types_.receiver(*method.model, owner).node.get("name").text();
  if (own && is_called_by_name(method, type)) return refuse("name_bound_outside", *method.model, method.token);
  if (own) return;
  for (const Model* model : mentions_[std::string(type)])
    for (const Node import : imports_of(*model)) {
      const auto from = path_of(import);
      if (from.substr(0, from.find('/')).contains('.') && types_.modules(*model, std::string(from)).empty())
        return refuse("name_bound_outside", *model, import);
    }
}

// Which sources write the names of the types whose methods are renamed, in one pass over all of them.
void Search::note_mentions() {
  for (const Declaration& one : group_)
    if (const Node owner = one.token.parent(); owner.is("method_declaration"))
      mentions_.try_emplace(std::string(types_.receiver(*one.model, owner).node.get("name").text()));
  mentions_.erase("");
  if (mentions_.empty()) return;
  const auto is_letter = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$' || static_cast<unsigned char>(c) >= 0x80;
  };
  for (const std::string& path : project_.sources()) {
    const Decoded* decoded = project_.text(path);
    const std::string_view text = decoded == nullptr ? std::string_view() : decoded->text;
    std::set<std::string_view> found;
    for (std::size_t at = 0; at < text.size(); ++at) {
      const std::size_t start = at;
      while (at < text.size() && is_letter(text[at])) ++at;
      if (const auto hit = mentions_.find(text.substr(start, at - start)); hit != mentions_.end()) found.insert(hit->first);
    }
    const Model* model = found.empty() ? nullptr : project_.model(path);
    for (const std::string_view name : found)
      if (model != nullptr) mentions_.find(name)->second.push_back(model);
  }
}

// What goes by the name although a type of the repository stands in the signature: net/rpc, and generic types and functions from outside
// that are made for one.
bool Search::is_called_by_name(const Declaration& method, std::string_view type) {
  const bool served = method.token.parent().get("result").text() == "error";
  for (const Model* model : mentions_[std::string(type)]) {
    const auto imports = imports_of(*model);
    if (served && std::ranges::find(imports, std::string_view("net/rpc"), path_of) != imports.end()) return true;
    const bool outside = std::ranges::any_of(imports, [&](Node import) {
      const auto from = path_of(import);
      return from.substr(0, from.find('/')).contains('.') && types_.modules(*model, std::string(from)).empty();
    });
    for (NodeId id = 0; outside && id < model->tree->size(); ++id) {
      const Node node = model->tree->node(id);
      const bool made = node.is("type_arguments") || (node.is("index_expression") && node.get("operand").is("selector_expression"));
      if (!made || !contains_word((node.is("type_arguments") ? node : node.get("index")).text(), type)) continue;
      if (is_from_outside(*model, node.is("type_arguments") ? node.parent().named_child(0) : node.get("operand"))) return true;
    }
  }
  return false;
}

// Whether `pkg.Name` is of a package that is neither the repository's nor the standard library's.
bool Search::is_from_outside(const Model& model, Node name) {
  if (!name.is_any({"qualified_type", "selector_expression"})) return false;
  const std::string path = types_.imported(model, name.named_child(0));
  return path.substr(0, path.find('/')).contains('.') && types_.modules(model, path).empty();
}

bool Search::names_ours(const Model& model, Node signature) {
  for (const std::string_view part : {"parameters", "result"}) {
    const Node list = signature.get(part);
    for (NodeId id = list.id(); list && id <= list.last_id(); ++id) {
      const Node node = list.tree().node(id);
      if (node.is("type_identifier") && types_.named(model, node.parent().is("qualified_type") ? node.parent() : node).is("type_spec"))
        return true;
    }
  }
  return false;
}

// The named structs that a value of the type may lie in, with the type itself.
std::set<std::string> Search::holders(std::string_view name) {
  std::set<std::string> out{std::string(name)};
  std::vector<std::string> open{std::string(name)};
  while (!open.empty()) {
    const std::string inner = std::move(open.back());
    open.pop_back();
    for (const std::string& path : project_.sources()) {
      const Decoded* text = project_.text(path);
      const Model* model = text != nullptr && contains_word(text->text, inner) ? project_.model(path) : nullptr;
      for (NodeId id = 0; model != nullptr && id < model->tree->size(); ++id) {
        const Node node = model->tree->node(id);
        if (node.is("type_spec") && node.get("type").is_any({"struct_type", "slice_type", "map_type", "array_type"}) &&
            contains_word(node.get("type").text(), inner) && out.emplace(node.get("name").text()).second)
          open.emplace_back(node.get("name").text());
      }
    }
  }
  return out;
}

// Encodings, templates and reflection know fields with a capital by their names, unless a tag says another.
void Search::check_field(const Declaration& field) {
  const Node declaration = field.token.parent();
  const auto tag = declaration.get("tag").text();
  if (!tag.empty() && is_exported(wanted_.name) != is_exported(wanted_.new_name))
    return refuse("name_bound_outside", *field.model, field.token);
  const auto names = holders(wanted_.klass.get("name").text());
  for (const std::string& path : project_.sources()) {
    const Decoded* text = project_.text(path);
    const bool near =
        text != nullptr && std::ranges::any_of(names, [&](const std::string& name) { return contains_word(text->text, name); });
    const Model* model = near ? project_.model(path) : nullptr;
    for (const Node import : model == nullptr ? std::vector<Node>() : imports_of(*model))
      for (const Encoding& encoding : kEncodings) {
        const bool standard = encoding.import.contains('/') || encoding.import == "reflect";
        const bool foreign = path_of(import).contains('.') && path_of(import).contains(encoding.import);
        if (!(standard ? path_of(import) == encoding.import : foreign)) continue;
        if (encoding.import == "reflect" && !walks_fields(text->text)) continue;
        if (encoding.tag.empty() || !is_named(tag, encoding.tag)) return refuse("name_bound_outside", *field.model, field.token);
      }
  }
}

// Other packages do not see a name with a small first letter.
void Search::check_sight() {
  if (is_exported(wanted_.new_name) || !is_exported(wanted_.name)) return;
  const std::string home = rules_.module_of(*wanted_.model);
  for (const Site& site : found_.sites) {
    const Model* model = project_.model(site.path);
    if (site.proven && rules_.module_of(*model) != home)
      found_.refusals.push_back({"name_invalid", place_at(site.path, *model->tree, site.start)});
  }
}

// A string that is looked up as a name, or a template that takes it.
void Search::string(const Model& model, Node node) {
  const auto content = content_of(node.text());
  const auto& text = model.tree->text();
  const bool looked_up = content == wanted_.name && (contains_word(text, "MethodByName") || contains_word(text, "FieldByName"));
  if (!looked_up && !is_template_of(content, wanted_.name)) return;
  if (!wanted_.force.strings) return refuse("name_in_string", model, node);
  for (std::size_t at = find_word(content, wanted_.name); at != std::string_view::npos; at = find_word(content, wanted_.name, at + 1)) {
    if (!looked_up && (at == 0 || content[at - 1] != '.')) continue;
    const std::size_t start = node.start() + static_cast<std::size_t>(content.data() - node.text().data()) + at;
    found_.sites.push_back({model.path, start, start + wanted_.name.size(), wanted_.new_name, 0, false});
  }
}

void Search::check_templates() {
  if (!is_exported(wanted_.name)) return;
  for (const std::string& path : project_.files()) {
    if (std::ranges::none_of(kTemplates, [&](std::string_view end) { return path.ends_with(end); })) continue;
    const Decoded* text = project_.text(path);
    if (text != nullptr && is_template_of(text->text, wanted_.name))
      found_.refusals.push_back({"name_in_string", place_at(path, text->text, find_word(text->text, wanted_.name))});
    project_.forget(path);
  }
}

}  // namespace argosy::code::go_members
