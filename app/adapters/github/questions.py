"""What ACS asks by GraphQL, because REST does not know it. https://docs.github.com/en/graphql/reference"""

from collections.abc import Mapping

LEAVE_DRAFT = """
mutation($pull: ID!) {
  markPullRequestReadyForReview(input: {pullRequestId: $pull}) {
    pullRequest { isDraft }
  }
}
"""

REVIEW_THREADS = """
query($owner: String!, $name: String!, $number: Int!, $threads: Int!, $comments: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      reviewThreads(first: $threads, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes {
          isResolved
          isOutdated
          comments(first: $comments) { nodes { fullDatabaseId } }
        }
      }
    }
  }
}
"""

OWN_REVIEW_COMMENT = """
query($comment: ID!) {
  node(id: $comment) { ... on PullRequestReviewComment { viewerDidAuthor } }
}
"""

ALL: Mapping[str, str] = {
    "leave draft": LEAVE_DRAFT,
    "review threads": REVIEW_THREADS,
    "own review comment": OWN_REVIEW_COMMENT,
}
