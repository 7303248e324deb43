import { Navigate, useParams } from 'react-router';

/** The address of a tenant alone: its people have one page, and the operators' is none of theirs. */
export function ToAssurance() {
  const { tenantId = '' } = useParams();
  return <Navigate to={`/t/${encodeURIComponent(tenantId)}/assurance`} replace />;
}
