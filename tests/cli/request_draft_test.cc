#include "cli/request_draft.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/descriptor_files.h"
#include "cli/method_types.h"
#include "cli/schemas.h"
#include "demo.pb.h"
#include "gather/gatherctl/v1/gatherctl.pb.h"
#include "gather/v1/gather.pb.h"
#include "gtest/gtest.h"
#include "tests/cli/outcomes.h"

namespace gather::cli {
namespace {

class RequestDraftTest : public ::testing::Test {
 protected:
  RequestDraftTest() {
    gatherctl::v1::Settings settings;
    settings.add_protos("examples/demo.proto");
    auto files = DescriptorFiles::Read(settings);
    EXPECT_TRUE(files.ok()) << files.status();
    schemas_ = std::make_unique<Schemas>(settings, *std::move(files));
  }

  absl::StatusOr<v1::GatherRequest> Encoded(const std::string& json) {
    auto draft = ReadDraft(json);
    if (!draft.ok()) return draft;
    auto types = Encode(schemas_.get(), &*draft);
    if (!types.ok()) return types.status();
    types_ = *std::move(types);
    return draft;
  }

  // Of a call of users with that text.
  absl::StatusOr<std::string> RequestOf(const std::string& json) {
    v1::GatherRequest draft;
    v1::SubCall& call = *draft.add_calls();
    call.set_target("users");
    call.set_method("/demo.Users/GetUser");
    call.set_request(json);
    auto types = Encode(schemas_.get(), &draft);
    if (!types.ok()) return types.status();
    return draft.calls(0).request();
  }

  static std::string Ada() {
    demo::GetUserRequest request;
    request.set_name("ada");
    return request.SerializeAsString();
  }

  std::unique_ptr<Schemas> schemas_;
  std::vector<MethodTypes*> types_;
};

TEST_F(RequestDraftTest, AnObjectIsJsonOfTheMethodsInput) {
  const auto request = Encoded(R"({"calls": [{"target": "users", "method": "/demo.Users/GetUser",
                                              "request": {"name": "ada"}}]})");
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->calls(0).request(), Ada());
  EXPECT_NE(types_[0], nullptr);
}

TEST_F(RequestDraftTest, AStringIsBase64OfTheMessage) {
  EXPECT_EQ(*RequestOf(R"("CgNhZGE=")"), Ada());
  EXPECT_EQ(RequestOf(R"("no base64!")").status().message(),
            "calls[0].request: a string must be base64 of the serialised message");
}

TEST_F(RequestDraftTest, NoTypesAreNeededForBytesAndForTheEmptyMessage) {
  const auto request = Encoded(R"({"calls": [
      {"target": "cats", "method": "/cats.Cats/Purr", "request": "CgNhZGE="},
      {"target": "cats", "method": "/cats.Cats/Purr", "request": {}},
      {"target": "cats", "method": "/cats.Cats/Purr", "request": null},
      {"target": "cats", "method": "/cats.Cats/Purr"}]})");
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->calls(0).request(), Ada());
  EXPECT_EQ(request->calls(1).request(), "");
  EXPECT_FALSE(request->calls(2).has_request());
  EXPECT_EQ(types_[3], nullptr);
}

TEST_F(RequestDraftTest, WithoutTypesAnObjectIsRefused) {
  const auto request = Encoded(R"({"calls": [{"target": "cats", "method": "/cats.Cats/Purr",
                                              "request": {"loud": true}}]})");
  EXPECT_TRUE(absl::IsNotFound(request.status()));
  EXPECT_EQ(request.status().message(),
            "calls[0].request: where target \"cats\" can be asked for its types is not known: "
            "--target=cats=HOST:PORT says it, or name the types with --proto or --descriptor_set");
}

TEST_F(RequestDraftTest, WhatIsWrongWithTheJsonIsSaid) {
  EXPECT_EQ(RequestOf(R"({"nam": "ada"})").status().message(),
            "calls[0].request: nam: Cannot find field; demo.GetUserRequest has: name");
  EXPECT_TRUE(absl::IsInvalidArgument(RequestOf(R"({"name": )").status()));
}

TEST_F(RequestDraftTest, UnknownMethodsNameThoseThatThereAre) {
  const auto request = Encoded(R"({"calls": [{"target": "users", "method": "/demo.Users/Get",
                                              "request": {"name": "ada"}}]})");
  EXPECT_EQ(request.status().message(),
            "calls[0].request: demo.Users has no method Get; it has: GetUser");
}

TEST_F(RequestDraftTest, OneRequestServesManyTargets) {
  const auto request = Encoded(
      R"({"defaults": {"method": "/demo.Replica/Lookup", "request": {"key": "motto"}},
          "calls": [{"target": "oslo"}, {"target": "rome"}]})");
  ASSERT_TRUE(request.ok()) << request.status();
  demo::LookupRequest motto;
  motto.set_key("motto");
  EXPECT_EQ(request->defaults().request(), motto.SerializeAsString());
  EXPECT_EQ(request->defaults().target(), "");
  EXPECT_FALSE(request->calls(0).has_request());
  EXPECT_NE(types_[1], nullptr);
}

TEST_F(RequestDraftTest, FallbacksAreJsonOfTheMethodsOutput) {
  const auto request = Encoded(
      R"({"calls": [{"target": "users", "method": "/demo.Users/GetUser", "request": {},
                     "fallback": {"response": {"fullName": "Nobody"}, "codes": [5]}}]})");
  ASSERT_TRUE(request.ok()) << request.status();
  demo::User nobody;
  nobody.set_full_name("Nobody");
  EXPECT_EQ(request->calls(0).fallback().response(), nobody.SerializeAsString());
}

TEST_F(RequestDraftTest, NumbersThatMayHaveBeenRoundedAreRefused) {
  const auto request = Encoded(R"({"calls": [{"target": "users", "method": "/demo.Users/GetUser",
                                              "request": {"name": 9007199254740993}}]})");
  EXPECT_EQ(request.status().message(),
            "calls[0].request: numbers of 2^53 and more are written as strings, "
            "\"9007199254740993\"");
}

TEST_F(RequestDraftTest, UnknownFieldsAreRefused) {
  EXPECT_EQ(Encoded(R"({"cals": []})").status().message(),
            "no JSON of gather.v1.GatherRequest: cals: Cannot find field");
}

TEST_F(RequestDraftTest, RepliesComeBackAsJson) {
  ASSERT_TRUE(Encoded(R"({"calls": [{"target": "users", "method": "/demo.Users/GetUser"}]})").ok());
  demo::User ada;
  ada.set_name("ada");
  ada.set_full_name("Ada Lovelace");
  v1::Outcome outcome = OutcomeOf("index: 3 disposition: DISPOSITION_SUCCEEDED");
  outcome.set_response(ada.SerializeAsString());
  EXPECT_EQ(RepliesToJson(outcome, types_[0]), R"({"name":"ada","fullName":"Ada Lovelace"})");
  EXPECT_EQ(OutcomeToJson(outcome, types_[0]),
            R"({"index":3,"disposition":"DISPOSITION_SUCCEEDED",)"
            R"("response":{"name":"ada","fullName":"Ada Lovelace"}})");
}

TEST_F(RequestDraftTest, RepliesWithoutTypesOrOfNoSuchTypeAreBase64) {
  ASSERT_TRUE(Encoded(R"({"calls": [{"target": "users", "method": "/demo.Users/GetUser"}]})").ok());
  v1::Outcome outcome = OutcomeOf("disposition: DISPOSITION_SUCCEEDED response: '\\377'");
  EXPECT_EQ(RepliesToJson(outcome, types_[0]), "\"/w==\"");
  EXPECT_EQ(RepliesToJson(outcome, nullptr), "\"/w==\"");
  EXPECT_EQ(OutcomeToJson(outcome, types_[0]),
            R"({"disposition":"DISPOSITION_SUCCEEDED","response":"/w=="})");
}

TEST_F(RequestDraftTest, DetailsOfStatusesAreJsonWhateverTheirTypes) {
  v1::Outcome outcome = OutcomeOf(R"(
      disposition: DISPOSITION_REJECTED
      status { details { type_url: "type.googleapis.com/google.rpc.ErrorInfo" value: "\n\001R" }
               details { type_url: "type.googleapis.com/cats.Hiss" value: "\001" } })");
  EXPECT_EQ(OutcomeToJson(outcome, nullptr),
            R"({"disposition":"DISPOSITION_REJECTED","status":{"details":[)"
            R"({"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"R"},)"
            R"({"@type":"type.googleapis.com/gather.gatherctl.v1.UnknownDetail",)"
            R"("typeUrl":"type.googleapis.com/cats.Hiss","value":"AQ=="}]}})");
}

}  // namespace
}  // namespace gather::cli
