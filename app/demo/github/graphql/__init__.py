"""The small part of GitHub's GraphQL API that ACS asks: drafts, and the threads of reviews.

https://docs.github.com/en/graphql
"""
