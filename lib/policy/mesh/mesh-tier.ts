/** The name that mesh policies have as their tier: they stand in none of the network's. */
export const MESH_TIER = 'Mesh'
