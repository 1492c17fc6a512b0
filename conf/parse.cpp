// conf/parse.cpp - see parse.hpp.
#include "conf/parse.hpp"

#include <yaml-cpp/eventhandler.h>

#include <sstream>

namespace smppd::conf {
namespace {

/// Notes where a document begins, and nothing else.
class Begin : public YAML::EventHandler {
public:
    const YAML::Mark& mark() const noexcept { return mark_; }

    void OnDocumentStart(const YAML::Mark& mark) override { mark_ = mark; }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
    void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
    void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  const std::string&) override {}
    void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                         YAML::EmitterStyle::value) override {}
    void OnSequenceEnd() override {}
    void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                    YAML::EmitterStyle::value) override {}
    void OnMapEnd() override {}

private:
    YAML::Mark mark_;
};

}  // namespace

Parsed parse_yaml(const std::string& text) {
    // YAML::Load says nothing of what follows the first document, and YAML::LoadAll never ends
    // where a document cannot begin, such as at a comma behind one: it takes no octet and finds
    // empty documents until memory is gone. So the documents are counted here, up to two.
    std::istringstream in(text);
    YAML::Parser parser(in);
    Begin begin;
    Parsed parsed;
    if (!parser.HandleNextDocument(begin)) return parsed;
    if (parser.HandleNextDocument(begin)) {
        parsed.second = begin.mark();
        return parsed;
    }
    parsed.node = YAML::Load(text);
    return parsed;
}

}  // namespace smppd::conf
