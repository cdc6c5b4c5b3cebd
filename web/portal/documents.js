/** What the portal asks of the service. */

const TERMS = `fragment Shown on Terms { id version language text sha256 effectiveFrom }`;

const COLLABORATION = `fragment Asked on Collaboration {
  id
  status
  approvalKind
  company { id name organisationNumber }
  office { name }
  service { name description informationUrl }
  activatedBy { name }
  invoiceRecipient
  activatedAt
  expiresAt
  declineReason
  cancelReason
  endsOn
  endedBy
  endedAt
  serviceAfterwards
  endOptions
  terms(language: $language) { ...Shown }
  requiredTerms(language: $language) { dueAt terms { ...Shown service { name } } }
  approval { approvedAt approvedBy { name } }
  accessFor { name }
  openUrl
  allowedActions
}
${TERMS}`;

export const SIGN_IN = `mutation SignIn($input: SignInInput!) {
  signIn(input: $input) {
    __typename
    ... on SignInPayload { token expiresAt collaboration { id } }
    ... on Error { message }
  }
}`;

export const REQUEST = `query Request($id: ID!, $language: String) {
  collaboration(id: $id) { ...Asked }
}
${COLLABORATION}`;

export const COMPANIES = `query Companies($after: String, $language: String) {
  viewer {
    __typename
    ... on Advisor { name }
    ... on Administrator {
      name
      companies {
        id
        name
        organisationNumber
        requiredTerms(language: $language) { dueAt terms { ...Shown service { name } } }
      }
    }
  }
  collaborations(first: 100, after: $after, orderBy: { field: ACTIVATED_AT, direction: DESC }) {
    nodes {
      id
      status
      company { id }
      office { name }
      service { name }
      activatedAt
      expiresAt
      allowedActions
      openUrl
    }
    pageInfo { hasNextPage endCursor }
  }
}
${TERMS}`;

export const ACCEPT = `mutation Accept($input: AcceptTermsInput!) {
  acceptTerms(input: $input) {
    __typename
    ... on AcceptTermsPayload { alreadyAccepted resumed { id office { name } service { name } } }
    ... on TermsOutdated { terms { ...Shown service { name } } }
    ... on TermsTextMismatch { terms { ...Shown service { name } } }
    ... on InvalidInput { problems { message } }
    ... on Error { message }
  }
}
${TERMS}`;

export const APPROVE = `mutation Approve($input: ApproveCollaborationInput!, $language: String) {
  approveCollaboration(input: $input) {
    __typename
    ... on ApproveCollaborationPayload { alreadyApproved collaboration { ...Asked } }
    ... on TermsAcceptanceRequired { terms { ...Shown } }
    ... on TermsOutdated { terms { ...Shown } }
    ... on TermsTextMismatch { terms { ...Shown } }
    ... on InvalidTransition { collaboration { ...Asked } }
    ... on InvalidInput { problems { message } }
    ... on Error { message }
  }
}
${COLLABORATION}`;

export const DECLINE = `mutation Decline($input: DeclineCollaborationInput!, $language: String) {
  declineCollaboration(input: $input) {
    __typename
    ... on DeclineCollaborationPayload { collaboration { ...Asked } }
    ... on InvalidTransition { collaboration { ...Asked } }
    ... on InvalidInput { problems { message } }
    ... on Error { message }
  }
}
${COLLABORATION}`;

export const END = `mutation End($input: EndCollaborationInput!, $language: String) {
  endCollaboration(input: $input) {
    __typename
    ... on EndCollaborationPayload { collaboration { ...Asked } }
    ... on InvalidTransition { collaboration { ...Asked } }
    ... on Error { message }
  }
}
${COLLABORATION}`;

export const WITHDRAW_END = `mutation WithdrawEnd($input: WithdrawEndInput!, $language: String) {
  withdrawEnd(input: $input) {
    __typename
    ... on WithdrawEndPayload { collaboration { ...Asked } }
    ... on InvalidTransition { collaboration { ...Asked } }
    ... on Error { message }
  }
}
${COLLABORATION}`;
