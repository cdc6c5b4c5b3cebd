/** What the sign-in page asks of the service. */

const PERSON = `fragment Person on Viewer {
  __typename
  ... on Advisor { name email permission office { name } }
  ... on Administrator { name }
}`;

export const REQUEST_LINK = `mutation RequestLink($input: RequestSignInLinkInput!) {
  requestSignInLink(input: $input) { expiresAt }
}`;

export const SIGN_IN = `mutation SignIn($input: SignInInput!) {
  signIn(input: $input) {
    __typename
    ... on SignInPayload { token expiresAt viewer { ...Person } collaboration { id } }
    ... on Error { message }
  }
}
${PERSON}`;

export const VIEWER = `query WhoAmI {
  viewer { ...Person }
}
${PERSON}`;
