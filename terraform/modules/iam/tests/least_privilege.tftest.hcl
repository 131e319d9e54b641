mock_provider "aws" {
  source = "../../mocks"
}

variables {
  name                 = "argosy-test"
  region               = "us-east-1"
  oidc_provider_arn    = "arn:aws:iam::123456789012:oidc-provider/oidc.example/id/ABC"
  artifacts_bucket_arn = "arn:aws:s3:::argosy-test-artifacts-123456789012"
  data_key_arn         = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000001"
  secrets_key_arn      = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000002"
  secret_arns = {
    git-push      = "arn:aws:secretsmanager:us-east-1:123456789012:secret:argosy-test/git-push-AbCdEf"
    git-read      = "arn:aws:secretsmanager:us-east-1:123456789012:secret:argosy-test/git-read-AbCdEf"
    model-keys    = "arn:aws:secretsmanager:us-east-1:123456789012:secret:argosy-test/model-keys-AbCdEf"
    postgres-user = "arn:aws:secretsmanager:us-east-1:123456789012:secret:argosy-test/postgres-user-AbCdEf"
    setup         = "arn:aws:secretsmanager:us-east-1:123456789012:secret:argosy-test/setup-AbCdEf"
    tokens        = "arn:aws:secretsmanager:us-east-1:123456789012:secret:argosy-test/tokens-AbCdEf"
    webhook       = "arn:aws:secretsmanager:us-east-1:123456789012:secret:argosy-test/webhook-AbCdEf"
  }
}

run "a_process_may_do_its_own_work_under_its_own_account_and_nothing_else" {
  command = apply

  assert {
    condition = alltrue(flatten([for policy in values(output.policies) : [for statement in jsondecode(policy).Statement :
    [for action in flatten([statement.Action]) : !strcontains(action, "*")]]]))
    error_message = "Actions are named one by one."
  }
  assert {
    condition = alltrue(flatten([for policy in values(output.policies) : [for statement in jsondecode(policy).Statement :
    [for resource in flatten([statement.Resource]) : startswith(resource, "arn:aws:") && !endswith(resource, ":*")]]]))
    error_message = "Resources are named one by one; only keys of artifacts share a prefix."
  }
  assert {
    condition     = toset([for name, policy in output.policies : name if anytrue([for statement in jsondecode(policy).Statement : contains(flatten([statement.Action]), "s3:DeleteObject")])]) == toset(["scheduler"])
    error_message = "Only the scheduler, which carries out retention, deletes."
  }
  assert {
    condition     = toset([for name, policy in output.policies : name if strcontains(policy, "git-push")]) == toset(["git"])
    error_message = "Only the git worker reads what may push."
  }
  assert {
    condition     = !strcontains(output.policies["fanout"], "s3:") && !strcontains(output.policies["migrate"], "s3:")
    error_message = "Who needs no artifacts reaches none."
  }
  assert {
    condition = alltrue(flatten([for policy in values(output.policies) : [for statement in jsondecode(policy).Statement :
    strcontains(jsonencode(statement.Action), "kms:") ? can(statement.Condition.StringEquals["kms:ViaService"]) : true]]))
    error_message = "Keys are used through S3 and the secrets' service only."
  }
  assert {
    condition     = output.service_accounts["codegen"] == "argosy/argosy-codegen" && output.service_accounts["testing"] == "argosy-testing/argosy-testing" && length(aws_iam_role.process) == 9
    error_message = "Service accounts are named as in infra/k8s."
  }
  assert {
    condition = alltrue([for name, role in aws_iam_role.process : jsondecode(role.assume_role_policy).Statement[0].Condition.StringEquals == {
      "oidc.example/id/ABC:sub" = "system:serviceaccount:${name == "testing" ? "argosy-testing" : "argosy"}:argosy-${name}"
      "oidc.example/id/ABC:aud" = "sts.amazonaws.com"
    }])
    error_message = "A role is given to its own service account, without wildcards."
  }
  assert {
    condition     = alltrue([for role in aws_iam_role.process : role.max_session_duration == 3600])
    error_message = "What was given out is good for an hour."
  }
}
