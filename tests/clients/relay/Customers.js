/** A screen as one writes it with Relay: a list that loads more, a row of its own, and a mutation that refreshes the row. */

import { graphql } from "relay-runtime";

export const screen = graphql`
  query CustomersScreenQuery($count: Int!, $cursor: String) {
    viewer {
      ... on Advisor {
        name
      }
    }
    ...Customers_list @arguments(count: $count, cursor: $cursor)
  }
`;

export const list = graphql`
  fragment Customers_list on Query
  @refetchable(queryName: "CustomersMoreQuery")
  @argumentDefinitions(count: { type: "Int", defaultValue: 2 }, cursor: { type: "String" }) {
    customers(first: $count, after: $cursor) @connection(key: "Customers_customers") {
      edges {
        node {
          ...Customers_row
        }
      }
    }
  }
`;

export const row = graphql`
  fragment Customers_row on Customer @refetchable(queryName: "CustomersRowQuery") {
    id
    name
    organisationNumber
  }
`;

export const archive = graphql`
  mutation CustomersArchiveMutation($input: ArchiveCustomerInput!) {
    archiveCustomer(input: $input) {
      ... on ArchiveCustomerPayload {
        customer {
          ...Customers_row
        }
      }
      ... on Error {
        __typename
        message
      }
    }
  }
`;
