/** The request of the graphql bench, as GraphQL and as the SQL that gives the same answer. */

/** Twenty brands with five agreements each. */
export const portfolioQuery = `{
  brands(first: 20, orderBy: NAME_ASC) {
    nodes {
      rowId
      name
      category
      status
      agreements(first: 5, orderBy: NUMBER_ASC) {
        nodes { rowId number status royaltyRate }
      }
    }
  }
}`;

/** The same, as one statement whose only column `data` is the answer. */
export const portfolioSql = `select json_build_object('brands', json_build_object('nodes', coalesce(json_agg(node), '[]'))) as data
  from (
    select json_build_object(
             'rowId', b.id, 'name', b.name, 'category', b.category, 'status', b.status,
             'agreements', json_build_object('nodes', (
               select coalesce(json_agg(json_build_object(
                        'rowId', a.id, 'number', a.number, 'status', a.status, 'royaltyRate', a.royalty_rate::text)), '[]')
                 from (
                   select id, number, status, royalty_rate from agreements where brand_id = b.id order by number limit 5
                 ) a))) as node
      from (select id, name, category, status from brands order by name limit 20) b
  ) nodes`;
