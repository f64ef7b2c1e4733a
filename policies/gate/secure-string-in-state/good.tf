variable "password" {
  type      = string
  ephemeral = true
}

resource "aws_ssm_parameter" "db" {
  name             = "/shop/db/password"
  type             = "SecureString"
  key_id           = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  value_wo         = var.password
  value_wo_version = 1
}
